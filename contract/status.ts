import * as z from 'zod/mini';
import type { JobRun } from './job-line';
import { inputKey } from './keys';
import { compareRuns, compareSequencers, isSequencer, type RunOrder } from './order';
import { REASONS } from './reasons';

/** The states of a job. `WAITING`: not launched yet. The last two are final. */
export const STATES = ['WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type State = (typeof STATES)[number];

/** Far more than any setting allows. */
export const MAX_ATTEMPT = 99;

const text = (meaning: string) => z.optional(z.nullable(z.string())).check(z.describe(meaning));
const number = (meaning: string) => z.optional(z.nullable(z.number())).check(z.describe(meaning));

/** One phase of a run. `start` is ISO 8601 in UTC, `seconds` is null while the phase still runs. */
const phaseSchema = z.looseObject({
  name: z.string(),
  start: z.string(),
  seconds: z.nullable(z.number()),
});

/**
 * What a run used, each null where it could not be measured. Memory and CPU are those of the app with all that it
 * started.
 */
const usageSchema = z.looseObject({
  peak_memory_bytes: number('the most that the app held at one time, files that the kernel kept for it included'),
  memory_bytes: number('what the instance has'),
  memory_limit_bytes: number('what of it the app could have: the rest is kept for the system and the runner'),
  cpu_seconds: number('of all vCPUs together'),
  vcpus: number('what the instance has'),
  disk_used_bytes: number("of the instance's volume, image included, when the app had ended"),
  input_bytes: number('the size of the uploaded file'),
  output_bytes: number('the size of the output'),
});
export type Usage = z.infer<typeof usageSchema>;
export const USAGE_NAMES = Object.keys(usageSchema.def.shape);

/**
 * The status object, `{job_id}_status.json`: one JSON object, in snake_case because Python, jq and people read it.
 *
 * Every field that anybody writes stands here, with what it means for docs/reference.md. What a writer does not know is
 * null or absent. Readers keep fields they do not know, so a newer runner's status survives an older guard. Times are
 * ISO 8601 in UTC.
 */
export const statusSchema = z.looseObject({
  job_id: z.string().check(z.describe('the input key below its prefix, without `.zip`')),
  state: z.enum(STATES).check(z.describe('the last two are final')),
  reason: z
    .optional(z.nullable(z.enum(REASONS)))
    .check(z.describe('why it waits or failed; null while it runs and when it succeeded')),
  message: z.string().check(z.describe('one sentence: what happened and what to do')),
  exit_code: number("the app's exit status; null when the app was not run or a signal ended it"),
  attempt: z
    .number()
    .check(z.int(), z.minimum(1), z.maximum(MAX_ATTEMPT), z.describe('which start of this upload it is, from 1')),
  phases: z
    .optional(z.nullable(z.array(phaseSchema)))
    .check(
      z.describe(
        'the steps in the order of their beginnings, each with `name`, `start` and `seconds` (null while it runs, and of the one in which a job was stopped or lost)',
      ),
    ),
  git_commit: text('the commit of the app that ran'),
  python: text("the full version of the app's interpreter"),
  packages: z
    .optional(z.nullable(z.array(z.string())))
    .check(z.describe("`name==version` of everything installed in the app's environment")),
  image_id: text('the AMI'),
  template_version: text('the launch template version'),
  instance_id: text('the instance'),
  instance_type: text('its type'),
  input_key: text('the key that was uploaded, with its `template=N/` segment if it has one'),
  input_version: text('the version id of the input; null in a bucket that keeps no versions'),
  // One that cannot be S3's would stay the newest for ever.
  input_sequencer: z
    .optional(z.nullable(z.string().check(z.refine(isSequencer))))
    .check(z.describe('orders the uploads of one key; written by S3')),
  usage: z
    .optional(z.nullable(usageSchema))
    .check(
      z.describe(
        'what it used: `peak_memory_bytes` of `memory_limit_bytes` (which the app could have of `memory_bytes`), `cpu_seconds` on `vcpus`, `disk_used_bytes` of the volume, `input_bytes`, `output_bytes`; each null where it was not measured',
      ),
    ),
  // For the launcher the `eventTime` of S3's event, for the runner the `Last-Modified` of the object (of a multipart
  // upload that is when it began). Null until the runner has asked for the input, and in a record of the guard's about
  // a run that wrote none.
  submitted: text('when the input was uploaded; null while nobody has seen it'),
  started: text('when the runner began; null when it never did'),
  ended: text('when the runner wrote the final status; null when it never did'),
  cost_estimate_usd: number('seconds of the instance times `price_per_hour`; null without that setting'),
  updated: text('when this object was written'),
});
export type Status = z.infer<typeof statusSchema>;

/** The fields that this version knows: without those of a newer one, as which a misspelt name would pass. */
type KnownFields = { [Name in keyof typeof statusSchema.def.shape]?: Status[Name] };

/** What a writer has to say of a run, beside what the run itself tells. */
export type StatusFields = KnownFields & Pick<Status, 'state' | 'reason' | 'message'>;

/** The status of a run that has no exit code, as the functions write it. `now` is in milliseconds since 1970. */
export function statusOfRun(run: JobRun, jobId: string, fields: StatusFields, now: number): Status {
  return {
    job_id: jobId,
    ...fields,
    exit_code: null,
    attempt: run.attempt,
    phases: fields.phases ?? [],
    input_key: run.key,
    input_version: run.versionId || null,
    input_sequencer: run.sequencer || null,
    submitted: run.submitted ?? fields.submitted ?? null,
    updated: new Date(now).toISOString(),
  };
}

/** The status in a JSON text, or undefined when it is not one: a reader must survive whatever lies at the key. */
export function parseStatus(json: string): Status | undefined {
  try {
    const parsed = statusSchema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** A status as it is stored: indented, because people open it in the console. */
export function formatStatus(status: Status): string {
  return `${JSON.stringify(status, null, 2)}\n`;
}

/**
 * How a status stands to a run of its job: below 0 when it is of an older run, 0 when of this one, above 0 when of a
 * newer one. That a job was cancelled holds for every attempt at its upload, so that none follows that was on its way
 * already.
 */
export function compareStatus(status: Status, run: RunOrder): number {
  const own = orderOf(status);
  if (isCancelled(status) && compareSequencers(own.sequencer, run.sequencer) === 0) return 0;
  return compareRuns(own, run);
}

/** The order of the run that a status is about. */
export function orderOf(status: Status): RunOrder {
  return { sequencer: status.input_sequencer ?? '', attempt: status.attempt };
}

/** The run that a status in this bucket is about. */
export function runOf(bucket: string, status: Status): JobRun {
  const key = status.input_key ?? inputKey(status.job_id);
  return {
    bucket,
    key,
    versionId: status.input_version ?? '',
    ...orderOf(status),
    submitted: status.submitted ?? undefined,
  };
}

/** Whether somebody has ended the job before it was done. */
export function isCancelled({ state, reason }: Pick<Status, 'state' | 'reason'>): boolean {
  return state === 'FAILED' && reason === 'CANCELLED';
}

/** True for the two states after which nothing happens to a job any more. */
export function isFinal(state: State): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED';
}

/** From the start of the first phase to the end of the last, or of the job in that; undefined without an instance. */
export function runSeconds({ phases, instance_id, ended }: Status): number | undefined {
  if (!instance_id || !phases?.length) return undefined;
  const starts = phases.map(({ start }) => Date.parse(start));
  const ends = phases.map(({ start, seconds }) =>
    seconds === null ? Date.parse(ended ?? start) : Date.parse(start) + seconds * 1000,
  );
  const seconds = (Math.max(...ends) - Math.min(...starts)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
