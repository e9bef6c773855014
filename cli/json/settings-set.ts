import * as z from 'zod/mini';

export const schema = z
  .object({
    template_id: z.string(),
    version: z.number().check(z.describe('the version that was written')),
    before: z.number().check(z.describe('the default version before')),
    is_default: z.boolean().check(z.describe('false with --try')),
  })
  .check(z.describe('`settings set --json`, which `override --json` is too.'));
export type SetVersion = z.infer<typeof schema>;
