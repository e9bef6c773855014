import * as z from 'zod/mini';

/** `settings set --json`, which `override --json` is too. */
export const schema = z.object({
  template_id: z.string(),
  /** The version that was written. */
  version: z.number(),
  /** The default version before. */
  before: z.number(),
  /** False with --try. */
  is_default: z.boolean(),
});
export type SetVersion = z.infer<typeof schema>;
