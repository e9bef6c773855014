import { EXIT, UserError } from '../../contract/user-error';
import { errorMessage } from '../../lambda/shared/error-message';
import type { CheckResult } from '../json/doctor';
import { mendable } from '../shared/failure';
import type { Check } from './checks';
import { type Context, NoSystem } from './context';
import { type Finding, problem, skipped, unknown } from './finding';
import { TIME_LIMIT_MS } from './time-limit';

const AGAIN = 'lambda-ec2 doctor, once more';

/** Does all checks at the same time, each for as long as {@link TIME_LIMIT_MS} at most. Never throws. */
export function runChecks(checks: readonly Check[], context: Context, limit = TIME_LIMIT_MS): Promise<CheckResult[]> {
  const where = context.options.local ? 'local' : 'aws';
  return Promise.all(
    checks.map(async ({ name, look, only }) => {
      if (only && only !== where) return { name, ...skipped(elsewhere(only)) };
      return { name, ...(await within(limit, look(context).catch(findingOf))) };
    }),
  );
}

const elsewhere = (only: 'aws' | 'local') => (only === 'aws' ? 'not on this machine' : 'only with --local');

async function within(limit: number, finding: Promise<Finding>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(unknown(`no answer within ${limit / 1000} seconds`, AGAIN)), limit);
  });
  try {
    return await Promise.race([finding, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a check found that could not look. */
function findingOf(thrown: unknown): Finding {
  if (thrown instanceof NoSystem) return skipped(thrown.message);
  const error = mendable(thrown);
  if (!(error instanceof UserError)) return unknown(errorMessage(error), AGAIN);
  if (error.exitCode === EXIT.denied) return unknown(error.message, 'sign in, or ask for that permission');
  if (error.exitCode === EXIT.unknown) return unknown(error.message, AGAIN);
  return problem(error.message, 'put that right, then lambda-ec2 doctor');
}
