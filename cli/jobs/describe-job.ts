import { outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { formatJob } from './format-job';
import type { JobSystem } from './job-system';
import { nextCommands } from './next-commands';
import { readTail } from './read-log';

const LOG_LINES = 15;

/**
 * All of a job as text, with the end of its log when it failed, in lines of at most `width` characters. Throws the
 * SDK's error.
 */
export async function describeJob(system: JobSystem, status: Status, width: number | undefined): Promise<string> {
  const log =
    status.state === 'FAILED' ? await readTail(system, outputKeys(status.job_id).ec2Log, LOG_LINES) : undefined;
  const next = nextCommands(status, system);
  return formatJob({ status, bucket: system.bucket, log, next, now: Date.now(), width });
}
