import * as z from 'zod';

/**
 * The inputs of each AWSTOE action that documents here may use ("Action modules supported by AWSTOE", EC2 Image Builder
 * User Guide). An action that is not here is unknown: adding one means adding it to local/toe too.
 */

const text = z.string({ error: () => 'is not text' });
const path = text.refine((value) => value.startsWith('/') || value.includes('{{'), 'is not an absolute path');
const mode = text.regex(/^0?[0-7]{3}$|\{\{/, 'is not an octal mode such as 0644');
const yesNo = z.boolean({ error: () => 'is not true or false' });
const many = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: () => 'is not a list' }).min(1, 'is an empty list');

/** A checksum is verified only when its algorithm is named too. */
const checked = {
  checksum: text.regex(/^[0-9a-f]+$|\{\{/, 'is not a checksum in lower-case hexadecimal digits'),
  algorithm: z.enum(['SHA256', 'SHA512'], { error: () => 'is not SHA256 or SHA512' }),
};

const executeBash = z.strictObject({ commands: many(text) });
const s3Download = z.strictObject({
  source: text.refine((value) => value.startsWith('s3://') || value.startsWith('{{'), 'is not an s3:// URL'),
  destination: path,
  expectedBucketOwner: text.optional(),
  overwrite: yesNo.optional(),
});
const webDownload = z.strictObject({
  source: text.refine((value) => value.startsWith('https://') || value.startsWith('{{'), 'is not an https:// URL'),
  destination: path,
  overwrite: yesNo.optional(),
  ignoreCertificateErrors: z.literal(false, { error: () => 'must not be true' }).optional(),
  ...checked,
});
const createFile = z.strictObject({
  path,
  content: text,
  // AWSTOE's own default is 0666.
  permissions: mode,
  encoding: text.optional(),
  owner: text.optional(),
  group: text.optional(),
  overwrite: yesNo.optional(),
});
const createFolder = z.strictObject({
  path,
  // AWSTOE's own default is 0777, and overwriting empties an existing folder.
  permissions: mode,
  owner: text.optional(),
  group: text.optional(),
  overwrite: z.literal(false, { error: () => 'would empty an existing folder' }).optional(),
});
const deleteFile = z.strictObject({ path });
const reboot = z.strictObject({
  delaySeconds: z
    .int({ error: () => 'is not a whole number' })
    .min(0)
    .optional(),
});

export const ACTIONS = {
  ExecuteBash: executeBash,
  S3Download: many(s3Download),
  WebDownload: many(webDownload),
  CreateFile: many(createFile),
  CreateFolder: many(createFolder),
  DeleteFile: many(deleteFile),
  Reboot: reboot,
} as const;

export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];
export type ActionInputs<A extends ActionName> = z.output<(typeof ACTIONS)[A]>;

/** Inputs that AWSTOE demands or that are unsafe without; for the sentence that names a missing one. */
export function isActionName(name: string): name is ActionName {
  return (ACTION_NAMES as string[]).includes(name);
}
