import * as z from 'zod/mini';
import { changeSchema } from './settings-diff';

/** A launch template version in short. */
export const versionSchema = z.object({
  version: z.number(),
  is_default: z.boolean(),
  /** ISO 8601, UTC. */
  created: z.string(),
  /** `operator` is a person or a program of theirs. */
  writer: z.enum(['deploy', 'bake', 'publish', 'operator']),
  /** As people call the writer. */
  author: z.string(),
  /** ARN of the principal. */
  created_by: z.string(),
  /** Why it was written, as its description says; empty for none. */
  note: z.string(),
  image_id: z.nullable(z.string()),
  /** The version that `changes` compares it with: the default before it, else the one numbered before. */
  compared_with: z.nullable(z.number()),
  changes: z.array(changeSchema),
});

/** `settings history --json`: newest first. */
export const schema = z.object({
  template_id: z.string(),
  default_version: z.number(),
  /** How many there are, listed or not. */
  total: z.number(),
  versions: z.array(versionSchema),
});
export type SettingsHistory = z.infer<typeof schema>;
export type ListedVersion = z.infer<typeof versionSchema>;
