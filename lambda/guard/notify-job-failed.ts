import { outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import type { Notify } from '../shared/notify';

/**
 * Tells people of a job that failed without a record of the runner: one message for the job, sent by whoever wrote the
 * record. Never throws: the record is what counts, and the alarm for failed jobs sees it too.
 */
export async function notifyJobFailed(
  deps: { notify: Notify; logger: Pick<EventLogger, 'error'>; env: { stackName: string } },
  bucket: string,
  status: Status,
): Promise<void> {
  const { job_id: jobId, reason, message } = status;
  const keys = outputKeys(jobId);
  const text = [
    `Job ${jobId} of ${deps.env.stackName} failed (${reason}): ${message}`,
    '',
    `Status: s3://${bucket}/${keys.status}`,
    `Log: s3://${bucket}/${keys.ec2Log}`,
  ].join('\n');
  try {
    await deps.notify(`${deps.env.stackName}: job failed (${reason})`, text);
  } catch (error) {
    deps.logger.error('notification.failed', { jobId, error: loggedError(error) });
  }
}
