import { EXIT, UserError } from '../../contract/user-error';
import { errorMessage } from '../../lambda/shared/error-message';
import { mendable } from '../shared/failure';
import { type Context, NoSystem } from './context';
import { type Finding, problem, skipped, unknown } from './finding';

/** What to do where nothing was answered. */
export const again = (context: Context) => `${context.line('doctor')}, once more`;

/** What is to be said of a look that threw. */
export function failedLook(thrown: unknown, context: Context): Finding {
  if (thrown instanceof NoSystem) return skipped(thrown.message);
  const error = mendable(thrown);
  if (!(error instanceof UserError)) return unknown(errorMessage(error), again(context));
  if (error.exitCode === EXIT.denied) return unknown(error.message, 'sign in, or ask for that permission');
  if (error.exitCode === EXIT.unknown) return unknown(error.message, again(context));
  return problem(error.message, `put that right, then ${context.line('doctor')}`);
}
