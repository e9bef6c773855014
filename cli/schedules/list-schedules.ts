import pc from 'picocolors';
import { EXIT } from '../../contract/user-error';
import { findJobSystem } from '../jobs/job-system';
import type { ScheduleEntry, ScheduleList } from '../json/schedule-list';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { formatTable, outputWidth } from '../shared/table';
import { describeSchedule } from './describe-schedule';

/** `schedule list`: every schedule of the system. Returns the exit status. */
export async function listSchedules(options: Globals): Promise<number> {
  const { schedules, s3, bucket, label } = await findJobSystem(options);
  const entries = await Promise.all(schedules.map((schedule) => describeSchedule(s3, bucket, schedule)));
  const none = `${label} has no schedules: the setting schedules names them\n`;
  if (options.json) print({ schedules: entries } satisfies ScheduleList);
  else print(entries.length > 0 ? formatSchedules(entries, outputWidth()) : none);
  return EXIT.done;
}

function formatSchedules(entries: readonly ScheduleEntry[], width?: number): string {
  const rows = entries.map(({ name, next, cron, time_zone, input, input_exists }) => [
    name,
    next ?? 'never',
    `${cron} ${time_zone}`,
    input_exists ? input : `${input} ${pc.red('is not there')}`,
  ]);
  return formatTable(['NAME', 'NEXT', 'TIMES', 'INPUT'], rows, width);
}
