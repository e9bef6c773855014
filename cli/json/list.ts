import * as z from 'zod/mini';
import { REASONS } from '../../contract/reasons';
import { STATES } from '../../contract/status';

const text = z.nullable(z.string());
const number = z.nullable(z.number());

/** A job as the index knows it. Times are ISO 8601 in UTC. */
export const jobSchema = z.object({
  job_id: z.string(),
  state: z.enum(STATES),
  reason: z.nullable(z.enum(REASONS)),
  attempt: z.number(),
  submitted: z.string(),
  started: text,
  ended: text,
  duration_seconds: number.check(z.describe('null while the job has not begun; up to now while it runs')),
  cost_estimate_usd: number,
  git_commit: text,
  template_version: text.check(z.describe('a number as text, as in the status')),
});

export const schema = z
  .object({ jobs: z.array(jobSchema) })
  .check(z.describe('`list --json`: those under way first, then those that have ended, the newest first in both.'));
export type ListedJobs = z.infer<typeof schema>;
export type ListedJob = z.infer<typeof jobSchema>;
