import * as z from 'zod';
import { cronProblem } from './cron';
import { INPUT_PREFIX } from './keys';
import { ruled } from './schema-parts';
import { timeZoneProblem } from './time-zone';

const NAME = 'use 1 to 64 letters, digits, - and _ as its name, which is the first part of its job ids';
const KEY = 'use a key of the job bucket such as app_runner/scheduled/daily.zip, of letters, digits and - _ . /';

/**
 * Why a key cannot be the input of a schedule. Scheduler's CopySource is a URL path, of which nothing says who encodes
 * it: only characters that stay as they are may be in it.
 */
function inputProblem(key: string): string | undefined {
  if (key.startsWith(INPUT_PREFIX)) return `below ${INPUT_PREFIX} it would start a job by itself: ${KEY}`;
  if (!/^[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,1023}$/.test(key) || /(^|\/)\.{0,2}(\/|$)/.test(key)) return KEY;
  return undefined;
}

/** One entry of the setting `schedules`. */
export const scheduleSchema = z.strictObject(
  {
    name: z.string({ error: () => NAME }).regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, NAME),
    cron: ruled(cronProblem),
    time_zone: ruled(timeZoneProblem).default('UTC'),
    input: ruled(inputProblem),
  },
  { error: () => 'use {name, cron, time_zone, input} and nothing else' },
);
export type Schedule = z.output<typeof scheduleSchema>;
