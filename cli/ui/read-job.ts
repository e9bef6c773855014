import { outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { findJob } from '../jobs/find-job';
import type { JobSystem } from '../jobs/job-system';
import { nextCommands } from '../jobs/next-commands';
import { readTail } from '../jobs/read-log';
import { statusOf } from '../jobs/show';

/** All that is told of one job. */
export interface JobDetails {
  status: Status;
  bucket: string;
  /** The end of its log; undefined when there is none. */
  log?: string[];
  /** Commands to copy. */
  next: string[];
}

/** Reads a job with so many lines of its log. Throws a UserError when there is none, and the SDK's error. */
export async function readJob(system: JobSystem, id: string, lines: number): Promise<JobDetails> {
  const status = statusOf(system, await findJob(system, id));
  // Until a run has begun, the log that is there is that of an earlier one.
  const hasLog = status.state !== 'WAITING';
  const log = hasLog ? await readTail(system, outputKeys(status.job_id).ec2Log, lines) : undefined;
  return { status, bucket: system.bucket, log, next: nextCommands(status, system) };
}
