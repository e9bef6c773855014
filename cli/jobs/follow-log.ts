import { setTimeout as pause } from 'node:timers/promises';
import { outputKeys } from '../../contract/keys';
import { isCancelled, isFinal, type Status } from '../../contract/status';
import { readStatus } from '../../lambda/shared/record';
import { GrowingLog, type LogOptions, type WriteLines } from './growing-log';
import type { JobStore } from './job-list';
import { Patience } from './patience';
import { readTail } from './read-log';

/** Between two looks. The runner pushes its logs every few seconds. */
const POLL_MS = 1000;
const LOCAL_POLL_MS = 200;
/** So long an instance may take to upload its log when its job was stopped; the guard does it later. */
const LOG_END_MS = 30_000;

/** An upload: the status of an earlier one does not count. */
export interface FollowedRun {
  /** Version id of the input, where the bucket keeps versions and it is known. */
  inputVersion?: string;
  /** The status that was there before the upload. */
  earlier?: Status;
}

/** Where the job is; on this machine a look costs nothing. */
export interface FollowedSystem extends JobStore {
  isLocal: boolean;
  /** How the command line named it. */
  options?: readonly string[];
}

export interface FollowOptions extends LogOptions {
  /** The run that is followed; any that has the job when absent. */
  run?: FollowedRun;
  /** Receives lines of the log; without it the log is not read. */
  write?: WriteLines;
  /** Which log; that of the instance when absent. */
  key?: string;
  onStatus?(status: Status): void;
  signal?: AbortSignal;
  /** Milliseconds between two looks, where those that fit the system do not do. */
  pollMs?: number;
}

/**
 * Waits until a job has ended, and writes the lines of a log as it grows. Returns the final status; rejects on `signal`,
 * and with the SDK's error when S3 does not answer.
 */
export async function followLog(system: FollowedSystem, jobId: string, options: FollowOptions): Promise<Status> {
  const { filter, tail, run, write, key = outputKeys(jobId).ec2Log, onStatus, signal } = options;
  const { pollMs = system.isLocal ? LOCAL_POLL_MS : POLL_MS } = options;
  const log = new GrowingLog(system, key, { filter, tail });
  const patience = new Patience(system);
  for (;;) {
    signal?.throwIfAborted();
    const ended = await patience.with(() => look());
    if (ended) return ended;
    await pause(pollMs, undefined, { signal });
  }

  async function look(): Promise<Status | undefined> {
    // The status first: when it is final, so is the log that is read after it.
    const stored = await readStatus(system.s3, system.bucket, jobId);
    const status = stored.kind === 'status' && isOf(stored.status, run) ? stored.status : undefined;
    if (status) onStatus?.(status);
    const isOver = status && isFinal(status.state);
    if (isOver) await endOfLog(system, status, pollMs, signal);
    // Until the run has a status, the log that is there is that of an earlier one.
    if (write && status && status.state !== 'WAITING') await log.writeNew(write);
    if (!isOver) return undefined;
    if (write) await log.end(write);
    return status;
  }
}

/**
 * Waits for the last line of a job that was stopped a moment ago: its record is there first, and its instance uploads
 * the log while it ends. In vain where the instance could not.
 */
async function endOfLog(store: JobStore, status: Status, pollMs: number, signal?: AbortSignal): Promise<void> {
  if (!isCancelled(status)) return;
  const giveUp = Math.min(Date.now(), Date.parse(status.ended ?? '') || 0) + LOG_END_MS;
  const key = outputKeys(status.job_id).ec2Log;
  for (;;) {
    const last = await readTail(store, key, 1);
    if (last?.[0]?.endsWith(`CANCELLED: ${status.message}`) || Date.now() > giveUp) return;
    await pause(pollMs, undefined, { signal });
  }
}

function isOf({ input_version, submitted }: Status, { inputVersion, earlier }: FollowedRun = {}): boolean {
  if (inputVersion) return input_version === inputVersion;
  return !earlier || input_version !== earlier.input_version || submitted !== earlier.submitted;
}
