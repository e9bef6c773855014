import * as z from 'zod/mini';
import { REASONS } from '../../contract/reasons';
import { STATES } from '../../contract/status';

/** `stop --json`. */
export const schema = z.object({
  stopped: z.array(
    z.object({
      job_id: z.string(),
      /** False for a job that had ended before. */
      stopped: z.boolean(),
      state: z.enum(STATES),
      reason: z.nullable(z.enum(REASONS)),
      /** The instances that were ended with it. */
      instances: z.array(z.string()),
    }),
  ),
});
