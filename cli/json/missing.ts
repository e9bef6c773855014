import * as z from 'zod/mini';

/** `list --missing --json`: the inputs that have no record. */
export const schema = z.object({
  missing: z.array(
    z.object({
      job_id: z.string(),
      input_key: z.string(),
      /** When it was uploaded, in ISO 8601 in UTC. */
      uploaded: z.string(),
    }),
  ),
});
export type MissingInputs = z.infer<typeof schema>;
