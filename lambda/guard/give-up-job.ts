import type { JobRun } from '../../contract/job-line';
import type { JobKey } from '../../contract/keys';
import { isFinal } from '../../contract/status';
import { jobToken } from '../../contract/token';
import { type JobFailure, recordWithoutInstance } from '../shared/job-failure';
import { writeRecord } from '../shared/record';
import type { GuardDependencies } from './conclude-job';
import { findJobInstances } from './job-instance';
import { notifyJobFailed } from './notify-job-failed';
import { type Standing, standingOf } from './standing';

/**
 * Writes the record of an upload that never got an instance, and tells people. One that did is left to the end of that
 * instance. `refusal`: why it could never have got one. Throws the SDK's error when AWS does not answer.
 */
export async function giveUp(deps: GuardDependencies, job: JobRun, key: JobKey, refusal?: string): Promise<void> {
  const facts = { key: job.key, versionId: job.versionId, attempt: job.attempt };
  const [instance] = await findJobInstances(deps.ec2, deps.env, jobToken(job));
  if (instance)
    return deps.logger.info('dead_letter.skipped', {
      ...facts,
      why: 'the job has an instance',
      instanceId: instance.id,
    });
  const standing = await standingOf(deps.s3, job, key.jobId);
  if (standing.status && isFinal(standing.status.state))
    return deps.logger.info('dead_letter.skipped', { ...facts, why: 'the job has its record' });
  const why = refusal ? refused(refusal) : whyGivenUp(standing);
  const record = recordWithoutInstance(job, key, { state: 'FAILED', ...why }, deps.now());
  const result = await writeRecord(deps.s3, record);
  const recorded = { jobId: key.jobId, reason: why.reason };
  if (result !== 'written') return deps.logger.info('record.kept', { ...recorded, result });
  deps.logger.error('dead_letter.recorded', { ...facts, ...recorded });
  await notifyJobFailed(deps, job.bucket, record.status);
}

function refused(message: string): Pick<JobFailure, 'reason' | 'message'> {
  return { reason: 'LAUNCH_REFUSED', message };
}

/** What is known of an upload that nobody could handle and that has no instance any more. */
function whyGivenUp({ claim, status }: Standing): Pick<JobFailure, 'reason' | 'message'> {
  const advice = 'see whatever lies beside this status before you upload the input again (lambda-ec2 rerun)';
  if (claim === 'unreadable') {
    const message = `Whether an instance did the job is not known, because its status could not be read; ${advice}`;
    return { reason: 'LOST', message };
  }
  if (claim === 'made') {
    const message = `An instance began the job and is gone, and its status was taken away; ${advice}`;
    return { reason: 'LOST', message };
  }
  const waited = status ? ` (${status.message})` : '';
  const message = `The job could not be launched${waited}; look at the log of the launch function, then upload the input again (lambda-ec2 rerun)`;
  return { reason: status?.reason ?? 'LAUNCH_REFUSED', message };
}
