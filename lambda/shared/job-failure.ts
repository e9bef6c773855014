import type { JobRun } from '../../contract/job-line';
import type { JobKey } from '../../contract/keys';
import type { Reason } from '../../contract/reasons';
import { statusOfRun } from '../../contract/status';
import type { JobRecord } from './record';

/** Why there is no instance, as a record tells it. */
export interface JobFailure {
  state: 'WAITING' | 'FAILED';
  reason: Reason;
  /** One sentence: what happened and what to do. */
  message: string;
}

/**
 * The record of a job without an instance. A failed one has the text of `{job_id}_ec2.log` too, because no instance
 * will write it; a waiting one has not, because the instance that comes writes its own.
 */
export function recordWithoutInstance(job: JobRun, key: JobKey, failure: JobFailure, now: number): JobRecord {
  const fields = { ...failure, template_version: key.templateVersion ?? null, instance_id: null };
  const status = statusOfRun(job, key.jobId, fields, now);
  const log = `${status.updated} lambda-ec2 launch: ${failure.reason}: ${failure.message}\n`;
  return { bucket: job.bucket, status, log: failure.state === 'FAILED' ? log : undefined };
}
