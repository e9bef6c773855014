import type { ToeStep } from '../../imagebuilder/schema';
import { executeBash } from './execute-bash';
import { s3Download } from './s3-download';
import type { StepContext } from './step-context';
import { interpolate, type Values } from './values';

/** How one step went. */
export interface StepResult {
  phase: string;
  step: string;
  status: 'success' | 'failed';
  seconds: number;
  attempts: number;
  /** Why it failed. */
  message?: string;
}

/** Runs a step until it works or its maxAttempts are used up; each attempt has the whole time limit. */
export async function runStep(
  step: ToeStep,
  values: Values,
  context: StepContext,
): Promise<Pick<StepResult, 'status' | 'attempts' | 'message'>> {
  const { maxAttempts } = step;
  for (let attempts = 1; ; attempts++) {
    try {
      await execute(step, values, context);
      return { status: 'success', attempts };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (attempts >= maxAttempts || context.signal?.aborted) return { status: 'failed', attempts, message };
      context.onLine(`attempt ${attempts} of ${maxAttempts} failed: ${message}`);
    }
  }
}

async function execute(step: ToeStep, values: Values, context: StepContext): Promise<void> {
  if (step.action === 'S3Download') return s3Download(interpolate(step.inputs, values), context);
  return executeBash(interpolate(step.inputs.commands, values), step.timeoutSeconds * 1000, context);
}
