import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';
import { versionSchema } from './settings-history';

export const schema = z
  .extend(versionSchema, {
    problems: z.array(z.string()).check(z.describe('why no job could run from it; empty when one can')),
    image: z.nullable(
      z.object({
        id: z.string(),
        created: z.string().check(z.describe('ISO 8601, UTC')),
        architecture: z.nullable(z.string()),
        python_version: z.nullable(z.string()),
        bake: z.nullable(z.string()).check(z.describe('the bake that made it, as `bake list` has it')),
      }),
    ),
    settings: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        is_default: z.boolean().check(z.describe('it is what it would be if nobody had said anything')),
        is_setting: z.boolean().check(z.describe("false: it has no name in settings.yaml, and is in EC2's words")),
      }),
    ),
    file_differences: z
      .nullable(z.array(changeSchema))
      .check(
        z.describe(
          'what `settings.yaml` in the working folder says otherwise (`new`); null without such a file for this stack',
        ),
      ),
  })
  .check(z.describe('`settings show --json`.'));
export type ShownVersion = z.infer<typeof schema>;
