import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';

/** What `settings set`, `settings use` and `rollback` answer: one shape for every move of the default. */
export const moveSchema = z.object({
  template_id: z.string(),
  version: z.number().check(z.describe('the version that was written or made the default')),
  before: z.number().check(z.describe('the default version before')),
  is_default: z.boolean().check(z.describe('false with --try')),
  moved: z.boolean().check(z.describe('false when it was the default already, and with --try')),
  changes: z.array(changeSchema).check(z.describe('what `version` says otherwise (`new`) than `before`')),
  rollback_to: z
    .nullable(z.number())
    .check(z.describe('where a rollback would lead now; null when that is not known or nothing was moved')),
});
export type MovedDefault = z.infer<typeof moveSchema>;

export const schema = z.extend(moveSchema, {}).check(z.describe('`settings use --json` and `rollback --json`.'));
