import * as z from 'zod/mini';
import { outputKeys } from './keys';
import { REASON_TABLE, REASONS } from './reasons';
import { isFinal, runSeconds, type Status } from './status';

/** Source and detail type of the event, on the account's default event bus: what a rule matches. */
export const EVENT_SOURCE = 'lambda-ec2';
export const JOB_ENDED = 'Job Ended';

const text = (meaning: string) => z.nullable(z.string()).check(z.describe(meaning));
const number = (meaning: string) => z.nullable(z.number()).check(z.describe(meaning));

/** The detail of the event that tells of one final status. Null is what is not known. */
export const jobEndedSchema = z.object({
  stack: z.string().check(z.describe('the name of the stack')),
  bucket: z.string().check(z.describe('the job bucket')),
  job_id: z.string().check(z.describe('the input key below its prefix, without `.zip`')),
  state: z.enum(['SUCCEEDED', 'FAILED']).check(z.describe('how it ended')),
  reason: z.nullable(z.enum(REASONS)).check(z.describe('why it failed; null when it succeeded')),
  fault: text('whose fault that is: app, settings, platform or user; null when it succeeded'),
  message: z.string().check(z.describe('one sentence: what happened and what to do')),
  exit_code: number("the app's exit status"),
  seconds: number('from the launch to the end of the last phase; null for a job that never had an instance'),
  cost_estimate_usd: number('as in the status; null without `price_per_hour`'),
  attempt: z.number().check(z.describe('which start of the upload it was, from 1')),
  input_version: text('the version id of the input: with `job_id` and `attempt` it names the run'),
  template_version: text('the launch template version'),
  instance_id: text('the instance'),
  instance_type: text('its type'),
  started: text('when the runner began'),
  ended: text('when the runner wrote the final status; null when another did'),
  keys: z
    .object({
      input: z.nullable(z.string()),
      output: z.string(),
      ec2_log: z.string(),
      app_log: z.string(),
      status: z.string(),
    })
    .check(
      z.describe('where in the bucket `input`, `output`, `ec2_log`, `app_log` and `status` lie, those that are there'),
    ),
});
export type JobEnded = z.infer<typeof jobEndedSchema>;

/** The detail of the event for a status; undefined for one that is not final. */
export function jobEnded(stack: string, bucket: string, status: Status): JobEnded | undefined {
  const { job_id, state, reason = null, message, attempt } = status;
  if (!isFinal(state)) return undefined;
  const keys = outputKeys(job_id);
  return {
    stack,
    bucket,
    job_id,
    state: state as JobEnded['state'],
    reason,
    fault: reason && REASON_TABLE[reason].fault,
    message,
    exit_code: status.exit_code ?? null,
    seconds: runSeconds(status) ?? null,
    cost_estimate_usd: status.cost_estimate_usd ?? null,
    attempt,
    input_version: status.input_version ?? null,
    template_version: status.template_version ?? null,
    instance_id: status.instance_id ?? null,
    instance_type: status.instance_type ?? null,
    started: status.started ?? null,
    ended: status.ended ?? null,
    keys: {
      input: status.input_key ?? null,
      output: keys.output,
      ec2_log: keys.ec2Log,
      app_log: keys.appLog,
      status: keys.status,
    },
  };
}
