import type { ImageDocument } from '../../imagebuilder/image-document';
import { runStep, type StepResult } from './run-step';
import type { StepContext } from './step-context';

export interface ToeOptions extends Pick<StepContext, 'root' | 'fetchS3' | 'signal'> {
  image: Pick<ImageDocument, 'phases' | 'constants'>;
  /** The values of the document's parameters. */
  parameters: Record<string, string>;
  onLine?: (line: string) => void;
  /** Called when a step has ended. */
  onStep?: (result: StepResult) => void;
}

export interface ToeResult {
  status: 'success' | 'failed';
  steps: StepResult[];
  /** The step that failed, after which none was run. */
  failure?: StepResult;
}

/** Executes the image document, all phases, as AWSTOE does on Image Builder's instances: see README.md. */
export async function runDocument(options: ToeOptions): Promise<ToeResult> {
  const { image, parameters, root, fetchS3, signal, onLine = () => {}, onStep = () => {} } = options;
  const values = new Map(Object.entries({ ...image.constants, ...parameters }));
  const steps: StepResult[] = [];
  for (const phase of image.phases) {
    for (const step of phase.steps) {
      const began = process.hrtime.bigint();
      const outcome = await runStep(step, values, { root, fetchS3, onLine, signal });
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const result: StepResult = { phase: phase.name, step: step.name, seconds, ...outcome };
      steps.push(result);
      onStep(result);
      if (result.status === 'failed') return { status: 'failed', steps, failure: result };
    }
  }
  return { status: 'success', steps };
}
