import * as z from 'zod/mini';

/** How a check ended: `unknown` is what could not be found out, `skipped` what is not there to be looked at. */
const CHECK_STATES = ['ok', 'problem', 'unknown', 'skipped'] as const;

const checkSchema = z.object({
  name: z.string(),
  state: z.enum(CHECK_STATES),
  /** What was found, as a sentence. */
  found: z.string(),
  /** The command to type, or what else to do; null when there is nothing to do. */
  fix: z.nullable(z.string()),
});

/** `doctor --json`: `ok` is true when there is no problem and everything could be found out. */
export const schema = z.object({ ok: z.boolean(), checks: z.array(checkSchema) });
export type Diagnosis = z.infer<typeof schema>;
export type CheckResult = z.infer<typeof checkSchema>;
