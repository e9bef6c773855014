import { setTimeout as pause } from 'node:timers/promises';
import { outputKeys } from '../../contract/keys';
import { isCancelled, isFinal, type Status } from '../../contract/status';
import { readStatus } from '../../lambda/shared/record';
import { GrowingLog, type LogOptions, type WriteLines } from './growing-log';
import type { JobSystem } from './job-system';
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

export interface FollowOptions extends LogOptions {
  /** The run that is followed; any that has the job when absent. */
  run?: FollowedRun;
  /** Receives lines of the log; without it the log is not read. */
  write?: WriteLines;
  onStatus?(status: Status): void;
  signal?: AbortSignal;
}

/** Waits until a job has ended, and writes the lines of a log as it grows. Returns the final status; rejects on `signal`. */
export async function followLog(
  system: JobSystem,
  jobId: string,
  key: string,
  { filter, tail, run, write, onStatus, signal }: FollowOptions,
): Promise<Status> {
  const log = new GrowingLog(system, key, { filter, tail });
  const patience = new Patience(system);
  for (;;) {
    signal?.throwIfAborted();
    const ended = await patience.with(() => look());
    if (ended) return ended;
    await pause(pollMs(system), undefined, { signal });
  }

  async function look(): Promise<Status | undefined> {
    // The status first: when it is final, so is the log that is read after it.
    const stored = await readStatus(system.s3, system.bucket, jobId);
    const status = stored.kind === 'status' && isOf(stored.status, run) ? stored.status : undefined;
    if (status) onStatus?.(status);
    const isOver = status && isFinal(status.state);
    if (isOver) await endOfLog(system, status, signal);
    // Until the run has a status, the log that is there is that of an earlier one.
    if (write && status && status.state !== 'WAITING') await log.writeNew(write);
    if (!isOver) return undefined;
    if (write) await log.end(write);
    return status;
  }
}

const pollMs = ({ isLocal }: JobSystem) => (isLocal ? LOCAL_POLL_MS : POLL_MS);

/**
 * Waits for the last line of a job that was stopped a moment ago: its record is there first, and its instance uploads
 * the log while it ends. In vain where the instance could not.
 */
async function endOfLog(system: JobSystem, status: Status, signal?: AbortSignal): Promise<void> {
  if (!isCancelled(status)) return;
  const giveUp = Math.min(Date.now(), Date.parse(status.ended ?? '') || 0) + LOG_END_MS;
  const key = outputKeys(status.job_id).ec2Log;
  for (;;) {
    const last = await readTail(system, key, 1);
    if (last?.[0]?.endsWith(`CANCELLED: ${status.message}`) || Date.now() > giveUp) return;
    await pause(pollMs(system), undefined, { signal });
  }
}

function isOf({ input_version, submitted }: Status, { inputVersion, earlier }: FollowedRun = {}): boolean {
  if (inputVersion) return input_version === inputVersion;
  return !earlier || input_version !== earlier.input_version || submitted !== earlier.submitted;
}
