import { describeSchedule } from '../schedules/describe-schedule';
import type { Context } from './context';
import { type Finding, ok, problem, skipped } from './finding';

/** Whether each schedule has an input to copy; one of this machine gets it when it is wanted. */
export async function schedulesReady(context: Context): Promise<Finding> {
  const { schedules, bucket, isLocal } = await context.system();
  if (schedules.length === 0) return skipped('the settings name no schedules');
  const s3 = await context.s3();
  const found = await Promise.all(schedules.map((schedule) => describeSchedule(s3, bucket, schedule)));
  const without = found.filter(({ input_exists }) => !input_exists);
  if (without.length > 0) {
    const what = without.map(({ name, input }) => `${name}: s3://${bucket}/${input} does not exist`).join('; ');
    const fix = context.line('schedule', 'run', without[0]?.name ?? '', '--input', 'FILE.zip');
    return isLocal ? skipped(what, fix) : problem(`${what}: each run of it fails`, fix);
  }
  const [next] = found.flatMap(({ next, name }) => (next ? [`${next} (${name})`] : [])).sort();
  const count = found.length === 1 ? '1 schedule has its' : `${found.length} schedules have their`;
  return ok(`${count} input; the next is ${next ?? 'never'}`);
}
