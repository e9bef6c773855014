import type { EC2Client } from '@aws-sdk/client-ec2';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';
import type { EventLogger } from '../shared/log-events';
import { isLostRace } from '../shared/record';
import { endLog, guardLines, readLiveLog } from './end-log';
import type { JobInstance } from './job-instance';

/**
 * Ends the log of a job that somebody stopped, where its runner could not any more: one that could has said there what
 * the record says. By compare-and-set, because the log may be the next upload's by now. Throws the S3 error when S3
 * does not take it.
 */
export async function endCancelledLog(
  deps: { ec2: EC2Client; s3: S3Client; logger: EventLogger },
  instance: JobInstance,
  Bucket: string,
  status: Status,
): Promise<void> {
  const { ec2Log: Key } = outputKeys(status.job_id);
  const live = await readLiveLog(deps.s3, Bucket, Key);
  if (!live || live.text.includes(`${status.reason}: ${status.message}`)) return;
  const lines = guardLines(instance, status);
  const Body = await endLog(deps.ec2, { live: live.text, instanceId: instance.id, lines });
  const condition = live.etag ? { IfMatch: live.etag } : { IfNoneMatch: '*' };
  try {
    await deps.s3.send(
      new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain; charset=utf-8', ...condition }),
    );
    deps.logger.info('log.ended', { instanceId: instance.id, jobId: status.job_id });
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}
