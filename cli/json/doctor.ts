import * as z from 'zod/mini';

/** How a check ended: `unknown` is what could not be found out, `skipped` what is not there to be looked at. */
const CHECK_STATES = ['ok', 'problem', 'unknown', 'skipped'] as const;

const checkSchema = z.object({
  name: z.string(),
  state: z.enum(CHECK_STATES),
  found: z.string().check(z.describe('what was found, as a sentence')),
  fix: z
    .nullable(z.string())
    .check(z.describe('the command to type, or what else to do; null when there is nothing to do')),
});

export const schema = z
  .object({ ok: z.boolean(), checks: z.array(checkSchema) })
  .check(z.describe('`doctor --json`: `ok` is true when there is no problem and everything could be found out.'));
export type Diagnosis = z.infer<typeof schema>;
export type CheckResult = z.infer<typeof checkSchema>;
