import type { CheckResult } from '../json/doctor';
import type { Check } from './checks';
import type { Context } from './context';
import { again, failedLook } from './failed-look';
import { type Finding, skipped, unknown } from './finding';
import { timeLimitMs } from './time-limit';

/** Does all checks at the same time, each for as long as {@link timeLimitMs} at most; none throws. */
export function runChecks(checks: readonly Check[], context: Context, limit = timeLimitMs()): Promise<CheckResult[]> {
  const where = context.options.local ? 'local' : 'aws';
  return Promise.all(
    checks.map(async ({ name, look, only }) => {
      if (only && only !== where) return { name, ...skipped(elsewhere(only)) };
      return {
        name,
        ...(await within(
          limit,
          look(context).catch((thrown) => failedLook(thrown, context)),
          again(context),
        )),
      };
    }),
  );
}

const elsewhere = (only: 'aws' | 'local') => (only === 'aws' ? 'not on this machine' : 'only with --local');

async function within(limit: number, finding: Promise<Finding>, fix: string): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(unknown(`no answer within ${limit / 1000} seconds`, fix)), limit);
  });
  try {
    return await Promise.race([finding, late]);
  } finally {
    clearTimeout(timer);
  }
}
