import * as z from 'zod/mini';

const ids = z.array(z.string());

export const schema = z
  .object({
    stack: z.string(),
    found: z.object({
      images: ids.check(z.describe('AMIs; their snapshots go with them')),
      builds: ids.check(z.describe('ARNs of image build versions')),
      log_groups: ids,
      buckets: ids.check(z.describe('job buckets of stacks of this name')),
    }),
    removed: ids,
    failed: z.array(z.object({ id: z.string(), message: z.string() })),
  })
  .check(z.describe('`purge --json`.'));
export type Purged = z.infer<typeof schema>;
