import * as z from 'zod/mini';
import { REASONS } from '../../contract/reasons';
import { STATES } from '../../contract/status';

export const schema = z
  .object({
    stopped: z.array(
      z.object({
        job_id: z.string(),
        stopped: z.boolean().check(z.describe('false for a job that had ended before')),
        state: z.enum(STATES),
        reason: z.nullable(z.enum(REASONS)),
        instances: z.array(z.string()).check(z.describe('the instances that were ended with it')),
      }),
    ),
  })
  .check(z.describe('`stop --json`.'));
