import { type CheckedDocument, checkDocument } from '../../imagebuilder/check-document';
import type { Root } from './root';
import { runStep, type StepResult } from './run-step';
import type { Values } from './values';

export type PhaseName = 'build' | 'validate' | 'test';

/** One document and the values of its parameters. */
export interface ToeInput {
  /** The YAML text. */
  data: string;
  parameters?: Record<string, string>;
}

export interface ToeOptions {
  documents: ToeInput[];
  root: Root;
  /** In this order, each for all documents before the next. */
  phases?: PhaseName[];
  /** Gives the file behind an S3 URL, as a path on this machine. Without it no document may download from S3. */
  fetchS3?: (url: string) => Promise<string>;
  onLine?: (line: string) => void;
  /** Called when a step has ended. */
  onStep?: (result: StepResult) => void;
  signal?: AbortSignal;
}

export interface ToeResult {
  status: 'success' | 'failed';
  steps: StepResult[];
  /** The first step that failed. */
  failure?: StepResult;
}

/**
 * Executes component documents as AWSTOE does on Image Builder's instances: see README.md.
 *
 * @throws DocumentError, before anything runs, for a document that is wrong
 */
export async function runDocuments(options: ToeOptions): Promise<ToeResult> {
  const { documents, phases = ['build', 'validate', 'test'] } = options;
  const checked = documents.map(({ data, parameters = {} }, index) => {
    const document = checkDocument(`document ${index + 1}`, data);
    return { document, values: valuesOf(document, parameters) };
  });
  const steps: StepResult[] = [];
  for (const phase of phases) {
    for (const { document, values } of checked) {
      const aborted = await runPhase(document, phase, values, options, steps);
      if (aborted) return { status: 'failed', steps, failure: firstFailure(steps) };
    }
  }
  const failure = firstFailure(steps);
  return { status: failure ? 'failed' : 'success', steps, ...(failure && { failure }) };
}

const firstFailure = (steps: StepResult[]) => steps.find(({ status }) => status === 'failed');

function valuesOf({ name, parameters, constants }: CheckedDocument, given: Record<string, string>): Values {
  const values: Values = new Map(constants.map((constant) => [constant.name, constant.value]));
  for (const parameter of parameters) {
    const value = given[parameter.name] ?? parameter.default;
    if (value === undefined) throw new Error(`component ${name}: parameter ${parameter.name} has no value`);
    values.set(parameter.name, value);
  }
  return values;
}

/** Whether everything is to stop. */
async function runPhase(
  document: CheckedDocument,
  phaseName: PhaseName,
  values: Values,
  { root, fetchS3 = noS3, onLine = () => {}, onStep = () => {}, signal }: ToeOptions,
  steps: StepResult[],
): Promise<boolean> {
  // What steps leave for each other is of one phase: the next may run on another instance.
  const scope = new Map(values);
  for (const phase of document.phases.filter(({ name }) => name === phaseName)) {
    for (const step of phase.steps) {
      const began = process.hrtime.bigint();
      const place = `${phase.name}.${step.name}`;
      const outcome = await runStep(step, place, scope, { root, fetchS3, onLine, signal });
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const result: StepResult = { document: document.name, phase: phase.name, step: step.name, seconds, ...outcome };
      steps.push(result);
      onStep(result);
      if (result.status === 'failed' && (step.onFailure === 'Abort' || signal?.aborted)) return true;
    }
  }
  return false;
}

function noS3(url: string): Promise<string> {
  return Promise.reject(new Error(`${url}: there is no S3 here`));
}
