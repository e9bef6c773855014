import * as z from 'zod/mini';

const text = z.optional(z.string());

/** One bake: an image build version of the pipeline. */
export const bakeSchema = z.object({
  arn: z.string(),
  /** Version of the recipe and number of the build, such as `1.0.3/1`. */
  id: z.string(),
  /** Of Image Builder. */
  status: z.string(),
  reason: text,
  /** ISO 8601, UTC. */
  created: z.string(),
  /** The AMI; once distributed. */
  image_id: text,
  log_group: text,
});

/** `bake --json`, `bake show --json` and `bake cancel --json`. */
export const schema = z.extend(bakeSchema, {
  /** The launch template version that has the AMI. */
  template_version: z.optional(
    z.object({
      number: z.number(),
      is_default: z.boolean(),
      /** The default version, whichever it is. */
      default_number: z.number(),
    }),
  ),
  failed_step: z.optional(z.object({ workflow: z.string(), step: z.string(), message: z.string() })),
  /** The end of the log of a bake that failed. */
  log: z.optional(z.array(z.string())),
  /** What AWS did not tell, and why. */
  notes: z.optional(z.array(z.string())),
  /** True when it is being cancelled. */
  cancelled: z.optional(z.boolean()),
});
export type BakeResult = z.infer<typeof schema>;
