import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';

export const schema = z
  .object({
    version: z.number().check(z.describe('the default version now')),
    before: z.number().check(z.describe('the default version before')),
    moved: z.boolean().check(z.describe('false when it was the default already')),
    changes: z.array(changeSchema),
    rollback_to: z
      .nullable(z.number())
      .check(z.describe('where a rollback would lead now; null when that is not known')),
  })
  .check(z.describe('`settings use --json` and `rollback --json`.'));
export type UsedVersion = z.infer<typeof schema>;
