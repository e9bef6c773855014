import { parseDocument } from 'yaml';
import * as z from 'zod';
import { ACTION_NAMES, ACTIONS, isActionName } from './actions';
import { braceProblem } from './braces';
import { referenceProblem } from './references';
import { documentSchema, type ToeDocument, type ToeStep } from './schema';

/** The quota on a document that is named by its URI ("Component document size", EC2 Image Builder quotas). */
const MAX_BYTES = 64 * 1024;

/** A document that AWSTOE would refuse or misread: one sentence with file and step. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  constructor(file: string, step: string | undefined, problem: string) {
    super(`${file}${step === undefined ? '' : `, step ${step}`}: ${problem}`);
  }
}

/** What is known of a document that passed. */
export interface CheckedDocument extends Omit<ToeDocument, 'parameters' | 'constants'> {
  parameters: { name: string; default?: string }[];
  constants: { name: string; value: string }[];
}

/**
 * Parses a component document and checks all that can be known of it before a bake: its shape, each action's inputs, a
 * timeout on every step, its length, and that every `{{ }}` is a reference to something that exists.
 *
 * @throws DocumentError for the first thing that is wrong
 */
export function checkDocument(file: string, text: string): CheckedDocument {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) {
    throw new DocumentError(
      file,
      undefined,
      `it has ${bytes} bytes, and Image Builder takes ${MAX_BYTES}: move scripts to imagebuilder/files`,
    );
  }
  const yaml = parseDocument(text, { uniqueKeys: true });
  const [fault] = yaml.errors;
  if (fault) throw new DocumentError(file, undefined, `it is not YAML: ${fault.message.split('\n', 1)[0]}`);
  const brace = braceProblem(yaml);
  if (brace) throw new DocumentError(file, brace.step, brace.problem);
  const raw: unknown = yaml.toJS();
  const parsed = documentSchema.safeParse(raw);
  if (!parsed.success) throw shapeError(file, raw, parsed.error);
  const document: CheckedDocument = {
    ...parsed.data,
    parameters: parsed.data.parameters.map(({ name, entry }) => ({ name, default: entry.default })),
    constants: parsed.data.constants.map(({ name, entry }) => ({ name, value: entry.value })),
  };
  for (const phase of document.phases) {
    const names = new Set<string>();
    for (const step of phase.steps) {
      if (names.has(step.name)) throw new DocumentError(file, step.name, 'another step of the phase has the same name');
      names.add(step.name);
      step.inputs = checkInputs(file, step);
    }
  }
  const reference = referenceProblem(document);
  if (reference) throw new DocumentError(file, reference.step, reference.problem);
  return document;
}

function checkInputs(file: string, { name, action, inputs }: ToeStep): unknown {
  if (!isActionName(action)) {
    throw new DocumentError(file, name, `there is no action ${action} here; there are ${ACTION_NAMES.join(', ')}`);
  }
  const parsed = ACTIONS[action].safeParse(inputs);
  if (parsed.success) return parsed.data;
  throw new DocumentError(file, name, sentence(parsed.error, inputs, 'inputs'));
}

function shapeError(file: string, raw: unknown, error: z.ZodError): DocumentError {
  const [issue] = error.issues;
  const [phases, phase, steps, step] = issue?.path ?? [];
  const inStep = phases === 'phases' && steps === 'steps' && typeof step === 'number';
  const path = inStep ? (issue?.path.slice(4) ?? []) : (issue?.path ?? []);
  const names = z.object({ phases: z.array(z.object({ steps: z.array(z.object({ name: z.string() })) })) });
  const known = inStep ? names.safeParse(raw).data?.phases[phase as number]?.steps[step]?.name : undefined;
  const at = path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], raw);
  return new DocumentError(file, inStep ? (known ?? `${step + 1}`) : undefined, describe(issue, path, at));
}

function sentence(error: z.ZodError, raw: unknown, root: string): string {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const at = path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], raw);
  return describe(issue, [root, ...path], at);
}

function describe(issue: z.core.$ZodIssue | undefined, path: PropertyKey[], value: unknown): string {
  const where = path.map((part) => (typeof part === 'number' ? `${part + 1}` : String(part))).join('.');
  if (issue?.code === 'unrecognized_keys') {
    return `${where ? `${where}: ` : ''}there is no ${issue.keys.join(', ')}`;
  }
  const missing = value === undefined && issue?.message !== 'is missing' && issue?.code === 'invalid_type';
  return `${where || 'the document'} ${missing ? 'is missing' : (issue?.message ?? 'is wrong')}`;
}
