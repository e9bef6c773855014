import * as z from 'zod/mini';

/** `submit --json` and `rerun --json`, without --wait and --follow. */
export const schema = z.object({
  job_id: z.string(),
  input_key: z.string(),
  /** Null in a bucket without versions. */
  input_version: z.nullable(z.string()),
  /** Null for the default version. */
  template_version: z.nullable(z.string()),
});
