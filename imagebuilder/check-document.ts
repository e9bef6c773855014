import type { Document } from 'yaml';
import * as z from 'zod';
import { referenceProblem } from './references';
import { documentSchema, type ToeDocument } from './schema';

/** A document that AWSTOE would refuse or misread, or a local bake not know: one sentence with file and step. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  constructor(file: string, step: string | undefined, problem: string) {
    super(`${file}${step === undefined ? '' : `, step ${step}`}: ${problem}`);
  }
}

/**
 * Checks all that can be known of the image document before a bake: its shape, each action's inputs, a timeout on every
 * step, and that every `{{ }}` is a reference to something that exists.
 *
 * @param isKnown whether a reference may have this name
 * @throws DocumentError for the first thing that is wrong
 */
export function checkDocument(file: string, yaml: Document, isKnown: (name: string) => boolean): ToeDocument {
  const [fault] = yaml.errors;
  if (fault) throw new DocumentError(file, undefined, `it is not YAML: ${fault.message.split('\n', 1)[0]}`);
  const reference = referenceProblem(yaml, isKnown);
  if (reference) throw new DocumentError(file, reference.step, reference.problem);
  const raw: unknown = yaml.toJS();
  const parsed = documentSchema.safeParse(raw);
  if (!parsed.success) throw shapeError(file, raw, parsed.error);
  for (const { steps } of parsed.data.phases) {
    const names = steps.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice) throw new DocumentError(file, twice, 'another step of the phase has the same name');
  }
  return parsed.data;
}

const named = z.object({ phases: z.array(z.object({ steps: z.array(z.object({ name: z.string() })) })) });

function shapeError(file: string, raw: unknown, error: z.ZodError): DocumentError {
  const [issue] = error.issues;
  const all = issue?.path ?? [];
  const [, phase, , step] = all;
  const inStep = typeof step === 'number';
  const path = inStep ? all.slice(4) : all;
  const name = inStep
    ? (named.safeParse(raw).data?.phases[Number(phase)]?.steps[step]?.name ?? `${step + 1}`)
    : undefined;
  const value = all.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], raw);
  return new DocumentError(file, name, describe(issue, path, value));
}

function describe(issue: z.core.$ZodIssue | undefined, path: PropertyKey[], value: unknown): string {
  const where = path.map((part) => (typeof part === 'number' ? `${part + 1}` : String(part))).join('.');
  if (issue?.code === 'unrecognized_keys') {
    const keys = issue.keys.join(', ');
    return `${where ? `${where}: ` : ''}there is no ${keys}; to use it, add it to imagebuilder/schema.ts and local/toe`;
  }
  return `${where || 'the document'} ${value === undefined ? 'is missing' : (issue?.message ?? 'is wrong')}`;
}
