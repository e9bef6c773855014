import type { JobRun } from '../../contract/job-line';
import { outputKeys, parseInputKey } from '../../contract/keys';

/** What outlives the runner's process, and not its machine's restart (runner/memory.py). Times are milliseconds. */
export interface Memory {
  started: number;
  timeoutAt: number;
  powerOffAt: number;
  isClaimed: boolean;
  etag: string;
  isSuperseded: boolean;
  /** The message of whoever has stopped the job. */
  cancelled?: string;
  isOutputBegun: boolean;
  /** Undefined while it is not up; empty where it is not known. */
  outputVersion?: string;
  /** Under which it was last seen at its key. */
  outputEtag?: string;
  /** Whether systemd has told how the app ended. */
  hasAppResult: boolean;
  /** Whether the app has written a whole output, and a log. */
  hasOutput: boolean;
  hasAppLog: boolean;
  reason?: string;
  message: string;
  submitted?: string;
  ended?: number;
  phases: { name: string; start: number; seconds: number | null }[];
  /** Nothing is left to write. */
  isDone: boolean;
  clearedLog: boolean;
}

/** What the runner knows of itself: its job line, and what the metadata service tells. */
export interface Identity {
  instanceId: string;
  /** Metadata of what it leaves in the bucket. */
  writtenBy: Record<string, string>;
  job: JobRun;
  jobId: string;
  keys: ReturnType<typeof outputKeys>;
  imageId: string;
  type: string;
  templateVersion: string;
  launched: number;
}

export function newMemory(now: number, timeout: number, grace: number): Memory {
  return {
    started: now,
    timeoutAt: now + timeout,
    powerOffAt: now + timeout + grace,
    isClaimed: false,
    etag: '',
    isSuperseded: false,
    isOutputBegun: false,
    hasAppResult: false,
    hasOutput: false,
    hasAppLog: false,
    message: 'the job runs',
    phases: [],
    isDone: false,
    clearedLog: false,
  };
}

/** Undefined when the key names no job. */
export function jobKeys(job: JobRun): Pick<Identity, 'jobId' | 'keys'> | undefined {
  const parsed = parseInputKey(job.key);
  return parsed.ok ? { jobId: parsed.job.jobId, keys: outputKeys(parsed.job.jobId) } : undefined;
}
