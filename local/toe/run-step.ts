import { type ActionInputs, isActionName } from '../../imagebuilder/actions';
import type { ToeStep } from '../../imagebuilder/schema';
import type { ActionContext } from './actions/context';
import { execute } from './actions/execute';
import { holds } from './condition';
import { chain, interpolate, type Values } from './values';

export type StepStatus = 'success' | 'skipped' | 'failed' | 'ignored';

/** How one step went. */
export interface StepResult {
  document: string;
  phase: string;
  step: string;
  status: StepStatus;
  seconds: number;
  /** Of all runs of the step together, a loop's too. */
  attempts: number;
  /** Why it failed. */
  message?: string;
}

/** A step that asks for a restart again and again would never end. */
const MAX_RESTARTS = 5;

/** Runs a step: its condition, its loop, its attempts. `place` is `phase.step`, by which later steps name it. */
export async function runStep(
  step: ToeStep,
  place: string,
  values: Values,
  context: Omit<ActionContext, 'limitMs'>,
): Promise<Pick<StepResult, 'status' | 'attempts' | 'message'>> {
  let attempts = 0;
  try {
    const outcome = outcomeOf(step, values, context);
    if (outcome === 'Skip') return { status: 'skipped', attempts };
    if (outcome === 'Abort') throw new Error('its condition says Abort');
    for (const item of iterations(step, values)) {
      const scope = new Map(values);
      if (item !== undefined) scope.set(`${step.loop?.name ?? 'loop'}.value`, item);
      const inputs = interpolate(step.inputs, scope);
      const stdout = await attemptsOf(step, inputs, context, () => attempts++);
      chain(values, place, inputs, stdout);
    }
    return { status: 'success', attempts };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // An interruption is nobody's failure to ignore.
    const ignored = step.onFailure === 'Ignore' && !context.signal?.aborted;
    return { status: ignored ? 'ignored' : 'failed', attempts, message };
  }
}

function outcomeOf(step: ToeStep, values: Values, { root }: Omit<ActionContext, 'limitMs'>) {
  if (!step.if) return 'Execute';
  return holds(interpolate(step.if.condition, values), root) ? step.if.yes : step.if.no;
}

/** The value of each round of the loop; one round without a value when there is no loop. */
function iterations({ loop }: ToeStep, values: Values): (string | undefined)[] {
  if (!loop) return [undefined];
  if (loop.for) {
    const { start, end, updateBy } = loop.for;
    const count = Math.floor((end - start) / updateBy) + 1;
    return Array.from({ length: Math.max(0, count) }, (_, i) => String(start + i * updateBy));
  }
  const each = interpolate(loop.forEach, values);
  return Array.isArray(each) ? each : (each?.list.split(each.delimiter) ?? []);
}

/** Tries until it works or maxAttempts are used up. A restart is no attempt: the same step simply begins anew. */
async function attemptsOf(
  step: ToeStep,
  inputs: unknown,
  context: Omit<ActionContext, 'limitMs'>,
  count: () => void,
): Promise<string | undefined> {
  const { action, maxAttempts, timeoutSeconds } = step;
  if (!isActionName(action)) throw new Error(`there is no action ${action}`);
  let restarts = 0;
  for (let attempt = 1; ; attempt++) {
    count();
    try {
      const limitMs = timeoutSeconds * 1000;
      const { stdout, restart } = await execute(action, inputs as ActionInputs<typeof action>, { ...context, limitMs });
      if (!restart) return stdout;
      if (++restarts > MAX_RESTARTS) throw new Error(`it asked for a restart ${restarts} times`);
      context.onLine('restart: the step runs again');
      attempt--;
    } catch (error) {
      if (attempt >= maxAttempts || restarts > MAX_RESTARTS || context.signal?.aborted) throw error;
      context.onLine(`attempt ${attempt} of ${maxAttempts} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
}
