import * as z from 'zod/mini';

export const schema = z
  .object({
    missing: z.array(
      z.object({
        job_id: z.string(),
        input_key: z.string(),
        uploaded: z.string().check(z.describe('when it was uploaded, in ISO 8601 in UTC')),
      }),
    ),
    ignored: z
      .array(z.object({ input_key: z.string(), uploaded: z.string(), message: z.string() }))
      .check(z.describe('uploads that start no job, with why')),
  })
  .check(z.describe('`list --missing --json`: the inputs that have no record.'));
export type MissingInputs = z.infer<typeof schema>;
