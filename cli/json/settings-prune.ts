import * as z from 'zod/mini';

export const schema = z
  .object({
    planned: z.array(z.number()).check(z.describe('what was to be deleted')),
    deleted: z.array(z.number()),
    failed: z.array(z.object({ version: z.number(), message: z.string() })),
    kept: z.array(z.object({ version: z.number(), why: z.string() })),
  })
  .check(z.describe('`settings prune --json`.'));
export type PrunedVersions = z.infer<typeof schema>;
