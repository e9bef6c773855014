import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';

/** `settings use --json` and `rollback --json`. */
export const schema = z.object({
  /** The default version now. */
  version: z.number(),
  /** The default version before. */
  before: z.number(),
  /** False when it was the default already. */
  moved: z.boolean(),
  changes: z.array(changeSchema),
  /** Where a rollback would lead now; null when that is not known. */
  rollback_to: z.nullable(z.number()),
});
export type UsedVersion = z.infer<typeof schema>;
