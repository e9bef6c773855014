import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';
import { versionSchema } from './settings-history';

/** `settings show --json`. */
export const schema = z.extend(versionSchema, {
  /** Why no job could run from it; empty when one can. */
  problems: z.array(z.string()),
  image: z.nullable(
    z.object({
      id: z.string(),
      /** ISO 8601, UTC. */
      created: z.string(),
      architecture: z.nullable(z.string()),
      python_version: z.nullable(z.string()),
      /** The bake that made it, as `bake list` has it. */
      bake: z.nullable(z.string()),
    }),
  ),
  settings: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      /** It is what it would be if nobody had said anything. */
      is_default: z.boolean(),
      /** False: it has no name in settings.yaml, and is in EC2's words. */
      is_setting: z.boolean(),
    }),
  ),
  /** What `settings.yaml` in the working folder says otherwise (`new`); null without such a file for this stack. */
  file_differences: z.nullable(z.array(changeSchema)),
});
export type ShownVersion = z.infer<typeof schema>;
