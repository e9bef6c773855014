import * as z from 'zod';

/**
 * The shape of the image document: what it uses of AWSTOE's language ("Use the AWSTOE component document framework" and
 * "Action modules supported by AWSTOE", EC2 Image Builder User Guide). All else is refused, because a local bake
 * (local/toe) would not know it.
 */

const text = z.string({ error: () => 'is not text' });
const name = text.regex(/^[A-Za-z][A-Za-z0-9_-]{0,126}$/, 'is not a name of letters, digits, "-" and "_"');
const many = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: () => 'is not a list' }).min(1, 'is an empty list');

const limit = z
  .int({ error: (issue) => (issue.input === undefined ? 'is missing' : 'is not a whole number of seconds') })
  // -1 would be no limit at all, and the default of two hours is seldom meant.
  .min(1, 'is not a number of seconds from 1 to 43200')
  .max(43_200, 'is not a number of seconds from 1 to 43200');

const everyStep = {
  name,
  timeoutSeconds: limit,
  maxAttempts: z
    .int({ error: () => 'is not a whole number' })
    .min(1, 'is less than 1')
    .max(10, 'is more than 10')
    .default(1),
};

const executeBash = z.strictObject({
  ...everyStep,
  action: z.literal('ExecuteBash'),
  inputs: z.strictObject({ commands: many(text) }),
});

const s3Download = z.strictObject({
  ...everyStep,
  action: z.literal('S3Download'),
  inputs: many(
    z.strictObject({
      source: text.refine((value) => value.startsWith('s3://') || value.startsWith('{{'), 'is not an s3:// URL'),
      destination: text.refine((value) => value.startsWith('/'), 'is not an absolute path'),
    }),
  ),
});

const step = z.discriminatedUnion('action', [executeBash, s3Download], {
  error: () => 'is not ExecuteBash or S3Download; to use another, add it to imagebuilder/schema.ts and local/toe',
});

const phase = z.strictObject({
  name: z.enum(['build', 'test'], { error: () => 'is not build or test' }),
  steps: z.array(step, { error: () => 'is not a list of steps' }).min(1, 'has no steps'),
});

export const documentSchema = z.strictObject({
  name,
  description: text,
  schemaVersion: z.literal(1, { error: () => 'is not 1.0' }),
  phases: z.array(phase, { error: () => 'is not a list of phases' }).min(1, 'has no phases'),
});

export type ToeDocument = z.output<typeof documentSchema>;
export type ToePhase = ToeDocument['phases'][number];
export type ToeStep = ToePhase['steps'][number];
