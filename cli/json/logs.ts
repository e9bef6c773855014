import * as z from 'zod/mini';

export const schema = z
  .object({ job_id: z.string(), lines: z.array(z.string()) })
  .check(z.describe('`logs --json`: the lines of the log; none where there is no log.'));
