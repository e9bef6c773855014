import * as z from 'zod/mini';

/** `settings prune --json`. */
export const schema = z.object({
  /** What was to be deleted. */
  planned: z.array(z.number()),
  deleted: z.array(z.number()),
  failed: z.array(z.object({ version: z.number(), message: z.string() })),
  kept: z.array(z.object({ version: z.number(), why: z.string() })),
});
export type PrunedVersions = z.infer<typeof schema>;
