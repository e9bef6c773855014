import * as z from 'zod/mini';
import type { JobRun } from './job-line';
import { inputKey } from './keys';
import { compareRuns, compareSequencers, isSequencer, type RunOrder } from './order';

/** The states of a job. `WAITING`: not launched yet. The last two are final. */
export const STATES = ['WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type State = (typeof STATES)[number];

/**
 * Who can do something about a failure: the app's author, whoever writes the settings, or nobody but the platform.
 * `user`: somebody wanted it, so that nothing is wrong.
 */
export type Fault = 'app' | 'settings' | 'platform' | 'user';

/** Why a job waits or failed, with whose fault that is. The runner writes the same words from Python. */
export const REASON_FAULTS = {
  BAD_SETTINGS: 'settings',
  CLONE_FAILED: 'settings',
  REQUIREMENTS_FAILED: 'app',
  INPUT_UNREADABLE: 'app',
  APP_FAILED: 'app',
  NO_OUTPUT: 'app',
  TIMED_OUT: 'app',
  OUT_OF_MEMORY: 'app',
  DISK_FULL: 'app',
  UPLOAD_FAILED: 'platform',
  LAUNCH_REFUSED: 'settings',
  NO_CAPACITY: 'platform',
  NO_IMAGE: 'platform',
  INTERRUPTED: 'platform',
  CANCELLED: 'user',
  LOST: 'platform',
} as const satisfies Record<string, Fault>;

export type Reason = keyof typeof REASON_FAULTS;
export const REASONS = Object.keys(REASON_FAULTS) as [Reason, ...Reason[]];

/** Far more than any setting allows. */
export const MAX_ATTEMPT = 99;

const text = z.optional(z.nullable(z.string()));
const number = z.optional(z.nullable(z.number()));

/** One phase of a run. `start` is ISO 8601 in UTC, `seconds` is null while the phase still runs. */
const phaseSchema = z.looseObject({
  name: z.string(),
  start: z.string(),
  seconds: z.nullable(z.number()),
});

/**
 * The status object, `{job_id}_status.json`: one JSON object, in snake_case because Python, jq and people read it.
 *
 * Every field that anybody writes stands here. What a writer does not know is null or absent. Readers keep fields they
 * do not know, so a newer runner's status survives an older guard. `reason` is null in RUNNING and SUCCEEDED. Times are
 * ISO 8601 in UTC.
 */
export const statusSchema = z.looseObject({
  job_id: z.string(),
  state: z.enum(STATES),
  reason: z.optional(z.nullable(z.enum(REASONS))),
  /** One sentence: what happened and what to do. */
  message: z.string(),
  exit_code: number,
  attempt: z.number().check(z.int(), z.minimum(1), z.maximum(MAX_ATTEMPT)),
  phases: z.optional(z.nullable(z.array(phaseSchema))),
  git_commit: text,
  /** The full version of the interpreter. */
  python: text,
  /** `name==version` of everything installed in the app's environment. */
  packages: z.optional(z.nullable(z.array(z.string()))),
  image_id: text,
  template_version: text,
  instance_id: text,
  instance_type: text,
  /** The key that was uploaded, with its `template=N/` segment if it has one. */
  input_key: text,
  input_version: text,
  /** Orders the uploads of a job: one that cannot be S3's would stay the newest for ever. */
  input_sequencer: z.optional(z.nullable(z.string().check(z.refine(isSequencer)))),
  /**
   * When the input was uploaded: for the launcher the `eventTime` of S3's event, for the runner the `Last-Modified` of
   * the object (of a multipart upload that is when it began). Null until the runner has asked for the input, and in a
   * record of the guard's about a run that wrote none.
   */
  submitted: text,
  /** When the runner began, and when it wrote the final status; null when it never did. */
  started: text,
  ended: text,
  cost_estimate_usd: number,
  /** When this object was written. */
  updated: text,
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
  return isFinal(state) && reason === 'CANCELLED';
}

/** True for the two states after which nothing happens to a job any more. */
export function isFinal(state: State): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED';
}
