import * as z from 'zod/mini';

const text = z.optional(z.string());

/** One bake: an image build version of the pipeline. */
export const bakeSchema = z.object({
  arn: z.string(),
  id: z.string().check(z.describe('version of the recipe and number of the build, such as `1.0.3/1`')),
  status: z.string().check(z.describe('of Image Builder')),
  reason: text,
  created: z.string().check(z.describe('ISO 8601, UTC')),
  image_id: text.check(z.describe('the AMI; once distributed')),
  log_group: text,
});

export const schema = z
  .extend(bakeSchema, {
    template_version: z
      .optional(
        z.object({
          number: z.number(),
          is_default: z.boolean(),
          default_number: z.number().check(z.describe('the default version, whichever it is')),
        }),
      )
      .check(z.describe('the launch template version that has the AMI')),
    failed_step: z.optional(z.object({ workflow: z.string(), step: z.string(), message: z.string() })),
    cause: text.check(z.describe('why that step gave up, in its own sentence')),
    log: z.optional(z.array(z.string())).check(z.describe('the end of the log of a bake that failed')),
    notes: z.optional(z.array(z.string())).check(z.describe('what AWS did not tell, and why')),
    cancelled: z.optional(z.boolean()).check(z.describe('true when it is being cancelled')),
  })
  .check(z.describe('`bake --json`, `bake show --json` and `bake cancel --json`.'));
export type BakeResult = z.infer<typeof schema>;
