import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';

/** A launch template version in short. */
export const versionSchema = z.object({
  version: z.number(),
  is_default: z.boolean(),
  created: z.string().check(z.describe('ISO 8601, UTC')),
  writer: z
    .enum(['deploy', 'bake', 'publish', 'operator'])
    .check(z.describe('`operator` is a person or a program of theirs')),
  author: z.string().check(z.describe('as people call the writer')),
  created_by: z.string().check(z.describe('ARN of the principal')),
  note: z.string().check(z.describe('why it was written, as its description says; empty for none')),
  image_id: z.nullable(z.string()),
  compared_with: z
    .nullable(z.number())
    .check(
      z.describe('the version that `changes` compares it with: the default before it, else the one numbered before'),
    ),
  changes: z.array(changeSchema),
});

export const schema = z
  .object({
    template_id: z.string(),
    default_version: z.number(),
    total: z.number().check(z.describe('how many there are, listed or not')),
    versions: z.array(versionSchema),
  })
  .check(z.describe('`settings history --json`: newest first.'));
export type SettingsHistory = z.infer<typeof schema>;
export type ListedVersion = z.infer<typeof versionSchema>;
