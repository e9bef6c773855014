import * as z from 'zod/mini';

export const schema = z
  .object({
    job_id: z.string(),
    input_key: z.string(),
    input_version: z.nullable(z.string()).check(z.describe('null in a bucket without versions')),
    template_version: z
      .nullable(z.string())
      .check(z.describe('a number as text, as in the status; null for the default version')),
  })
  .check(z.describe('`submit --json`, `rerun --json` and `schedule run --json`, without --wait and --follow.'));
