import { setTimeout as pause } from 'node:timers/promises';
import { isFinal, type Status } from '../../contract/status';
import { readStatus } from '../../lambda/shared/record';
import type { JobSystem } from './job-system';
import { type LogFilter, LogLines } from './log-lines';
import { readPart, readTail } from './read-log';

/** Between two looks. The runner pushes its logs every few seconds. */
const POLL_MS = 1000;
const LOCAL_POLL_MS = 200;

/** An upload: the status of an earlier one does not count. */
export interface FollowedRun {
  /** Version id of the input, where the bucket keeps versions and it is known. */
  inputVersion?: string;
  /** The status that was there before the upload. */
  earlier?: Status;
}

type WriteLines = (lines: string[]) => Promise<void>;

export interface FollowOptions {
  filter?: LogFilter;
  /** So many of the lines that are there already; all when absent. */
  tail?: number;
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
  const log = new GrowingLog(system, key, filter);
  if (write && tail !== undefined) await log.skipTo(tail, write);
  for (;;) {
    signal?.throwIfAborted();
    // The status first: when it is final, so is the log that is read after it.
    const stored = await readStatus(system.s3, system.bucket, jobId);
    const status = stored.kind === 'status' && isOf(stored.status, run) ? stored.status : undefined;
    if (status) onStatus?.(status);
    // Until the run has a status, the log that is there is that of an earlier one.
    if (write && status && status.state !== 'WAITING') await log.writeNew(write);
    if (status && isFinal(status.state)) {
      if (write) await log.end(write);
      return status;
    }
    await pause(system.isLocal ? LOCAL_POLL_MS : POLL_MS, undefined, { signal });
  }
}

function isOf({ input_version, submitted }: Status, { inputVersion, earlier }: FollowedRun = {}): boolean {
  if (inputVersion) return input_version === inputVersion;
  return !earlier || input_version !== earlier.input_version || submitted !== earlier.submitted;
}

/** A log that grows, and that a further attempt begins anew. */
class GrowingLog {
  private at = 0;
  private lines: LogLines;

  constructor(
    private readonly system: JobSystem,
    private readonly key: string,
    private readonly filter: LogFilter | undefined,
  ) {
    this.lines = new LogLines(filter);
  }

  /** Writes the last lines of what is there, and goes on after it. */
  async skipTo(tail: number, write: WriteLines): Promise<void> {
    const end = (await readPart(this.system, this.key, -1))?.end ?? 0;
    const last = await readTail(this.system, this.key, tail);
    await write((last ?? []).flatMap((line) => this.lines.add(Buffer.from(`${line}\n`))));
    this.at = end;
  }

  async writeNew(write: WriteLines): Promise<void> {
    const size = (await readPart(this.system, this.key, -1))?.end ?? 0;
    if (size < this.at) {
      this.at = 0;
      this.lines = new LogLines(this.filter);
    }
    if (size === this.at) return;
    const part = await readPart(this.system, this.key, this.at);
    if (!part) return;
    this.at = part.end;
    await write(this.lines.add(part.bytes));
  }

  end(write: WriteLines): Promise<void> {
    return write(this.lines.end());
  }
}
