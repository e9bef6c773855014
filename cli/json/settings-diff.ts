import * as z from 'zod/mini';

/** A setting that two versions, or a version and settings.yaml, do not agree in. Empty where one does not have it. */
export const changeSchema = z.object({ name: z.string(), old: z.string(), new: z.string() });

/** A number of a version, or the name of a file. */
const side = z.union([z.number(), z.string()]);

export const schema = z
  .object({ from: side, to: side, changes: z.array(changeSchema) })
  .check(z.describe('`settings diff --json`: `old` is of `from`, `new` of `to`.'));
export type SettingsDiff = z.infer<typeof schema>;
