import * as z from 'zod/mini';

const entrySchema = z.object({
  name: z.string(),
  cron: z.string().check(z.describe('as in the settings')),
  time_zone: z.string(),
  next: z
    .nullable(z.string())
    .check(z.describe('when it comes next, in ISO 8601 in UTC; null when it does not any more')),
  input: z.string().check(z.describe('the key in the job bucket that is copied')),
  input_exists: z.boolean(),
});

export const schema = z
  .object({ schedules: z.array(entrySchema) })
  .check(z.describe('`schedule list --json`: in the order of the settings.'));
export type ScheduleList = z.infer<typeof schema>;
export type ScheduleEntry = z.infer<typeof entrySchema>;
