import * as z from 'zod/mini';
import { REASONS } from '../../contract/reasons';
import { jobSchema } from './list';

const text = z.nullable(z.string());

export const schema = z
  .object({
    system: z.string(),
    stack_status: text,
    default_version: z.nullable(
      z.object({
        number: z.number(),
        description: z.string(),
        created_by: z.string(),
        image_id: text,
        image_age_days: z.nullable(z.number()),
      }),
    ),
    newest_bake: z.nullable(z.object({ id: z.string(), status: z.string(), created: z.string() })),
    jobs: z.object({
      under_way: z.number(),
      waiting: z.array(z.object({ job_id: z.string(), reason: z.nullable(z.enum(REASONS)), message: text })),
      last: z.array(jobSchema).check(z.describe('those that have ended, the newest first')),
    }),
    schedules: z
      .array(z.object({ name: z.string(), next: text }))
      .check(z.describe('when each comes next, in ISO 8601 in UTC')),
    alarms: z.nullable(z.array(z.string())).check(z.describe('names of the alarms that are in the state ALARM')),
    dead_letters: z.nullable(z.number()),
    unknown: z.array(z.string()),
  })
  .check(z.describe('`status --json`. What could not be found out is null, and `unknown` says why.'));
export type SystemStatus = z.infer<typeof schema>;
