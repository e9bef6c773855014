import {
  DeleteObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import type { JobRun } from '../../contract/job-line';
import { outputKeys, WRITER_METADATA } from '../../contract/keys';
import { compareStatus } from '../../contract/status';
import { loggedError } from '../shared/error-message';
import { headObject } from '../shared/head-object';
import type { EventLogger } from '../shared/log-events';
import { isLostRace, readStatus } from '../shared/record';
import type { JobInstance } from './job-instance';

/** S3 tells the time of a write in whole seconds. */
const RESOLUTION_MS = 1_000;
const FORBIDDEN = 403;

type EndedRun = Pick<JobInstance, 'id' | 'launchTime'> & { job: JobRun; begun: string | null | undefined };

/**
 * Takes away the output and the app's log of an earlier run, which an instance that was gone soon after its claim had no
 * time for. In a versioned bucket each stays as an older version. What S3 denies is logged and left: the record counts for
 * more. Throws the S3 error when S3 does not answer.
 *
 * @param run - the instance, and when its run began as its status says (ISO 8601)
 */
export async function removeOlderOutputs(
  { s3, logger }: { s3: S3Client; logger: EventLogger },
  Bucket: string,
  jobId: string,
  run: EndedRun,
): Promise<void> {
  const { output, appLog } = outputKeys(jobId);
  for (const Key of [output, appLog]) {
    try {
      const found = await headObject(s3, Bucket, Key);
      if (found && isOlder(found, run) && !(await hasNewerRun(s3, Bucket, jobId, run)))
        await remove(s3, Bucket, Key, found.ETag);
    } catch (error) {
      if ((error as Partial<S3ServiceException>).$metadata?.httpStatusCode !== FORBIDDEN) throw error;
      logger.warn('older_output.kept', { key: Key, error: loggedError(error) });
    }
  }
}

/**
 * Whether an object is another run's. It says which instance wrote it; one that does not counts by its time, as written before
 * the run began, or before the instance was launched when that was earlier, as it is unless somebody has stopped and started
 * the instance.
 */
function isOlder({ Metadata, LastModified }: HeadObjectCommandOutput, { id, launchTime, begun }: EndedRun): boolean {
  const writer = Metadata?.[WRITER_METADATA];
  if (writer) return writer !== id;
  const since = Math.min(launchTime.getTime(), begun ? Date.parse(begun) : Number.POSITIVE_INFINITY);
  return LastModified !== undefined && LastModified.getTime() + RESOLUTION_MS <= since;
}

/** Whether a newer run has the job by now, whose own the object may be then; one that comes later writes another. */
async function hasNewerRun(s3: S3Client, Bucket: string, jobId: string, { job }: EndedRun): Promise<boolean> {
  const stored = await readStatus(s3, Bucket, jobId);
  return stored.kind === 'status' && compareStatus(stored.status, job) > 0;
}

/** That one alone: a newer run may have written its own meanwhile. */
async function remove(s3: S3Client, Bucket: string, Key: string, IfMatch: string | undefined): Promise<void> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}
