import type { S3Client } from '@aws-sdk/client-s3';
import { costUntil } from '../../contract/cost';
import type { JobRun } from '../../contract/job-line';
import { compareStatus, isFinal, runOf, type Status, statusOfRun } from '../../contract/status';
import { wholeSeconds } from '../../contract/time';
import { readStatus, replaceStatus, type StoredStatus, writeRecord } from './record';
import { clip } from './text';

/** A job that somebody wants stopped. */
export interface Cancellation {
  bucket: string;
  jobId: string;
  /** Who stops it, in words that people know him by, such as the ARN of the caller. */
  who: string;
  /** The time, in milliseconds since 1970. */
  now: number;
  /**
   * The run, where something else than the status tells it: the job line of an instance that has not written one yet.
   * Without it the run is the one of the status.
   */
  run?: JobRun;
}

/**
 * What became of it. `cancelled`: the record says so now. `ended`: the job has a final record, which stays; of one that
 * was cancelled before, the instance may still be there. `none`: no record, and no `run` was given. `unreadable`: what
 * lies at the key of the status is none, so that whose it is cannot be told.
 */
export type Cancelled =
  | { kind: 'cancelled' | 'ended'; status: Status; run: JobRun }
  | { kind: 'none' }
  | { kind: 'unreadable' };

/** A runner writes its status once for each phase. */
const MAX_RACES = 10;
/** Characters of who it was. */
const MOST_WHO = 200;

/**
 * Makes CANCELLED, with who and when, the final record of a job that waits or runs, by compare-and-set on its status.
 *
 * From then on nothing starts the job any more, the runner that has it ends its app, uploads its logs and powers off,
 * and the guard leaves the record alone. The caller then ends the instance with `endInstancesOf` of
 * lambda/guard/end-instances.ts, also after `ended` when the reason is CANCELLED: an earlier call may have failed.
 * Throws the S3 error when S3 cannot be read or written; repeating it is harmless.
 */
export async function cancelJob(s3: S3Client, cancellation: Cancellation): Promise<Cancelled> {
  const { bucket, jobId } = cancellation;
  for (let race = 1; race <= MAX_RACES; race++) {
    const stored = await readStatus(s3, bucket, jobId);
    if (stored.kind === 'unreadable') return { kind: 'unreadable' };
    const before = isOlder(stored.status, cancellation.run) ? undefined : stored.status;
    if (!before && !cancellation.run) return { kind: 'none' };
    const run = before ? runOf(bucket, before) : (cancellation.run as JobRun);
    if (before && isFinal(before.state)) return { kind: 'ended', status: before, run };
    const status = cancelledStatus(cancellation, run, before);
    if (await write(s3, bucket, stored, status)) return { kind: 'cancelled', status, run };
  }
  throw new Error(`the status of ${jobId} changes too fast to be replaced: stop the job again`);
}

function isOlder(status: Status | undefined, run: JobRun | undefined): boolean {
  return !status || (run !== undefined && compareStatus(status, run) < 0);
}

function cancelledStatus({ jobId, who, now }: Cancellation, run: JobRun, before: Status | undefined): Status {
  // In the form of the runner's times; rounded up, so that no end is before the beginning.
  const ended = wholeSeconds(new Date(Math.ceil(now / 1000) * 1000).toISOString());
  const message = `${clip(who, MOST_WHO)} stopped the job at ${ended}`;
  const cost = before && costUntil(before, now);
  const fields = { ...before, state: 'FAILED', reason: 'CANCELLED', message, ended, cost_estimate_usd: cost } as const;
  return { ...statusOfRun(run, jobId, fields, now), updated: ended };
}

/** Writes the log too of a job that has no runner which would. False when the status has changed since it was read. */
async function write(s3: S3Client, bucket: string, stored: StoredStatus, status: Status): Promise<boolean> {
  if (stored.status?.state === 'RUNNING') return replaceStatus(s3, bucket, stored, status);
  const log = `${status.updated} lambda-ec2 stop: ${status.reason}: ${status.message}\n`;
  return (await writeRecord(s3, { bucket, status, log })) === 'written';
}
