import { DeleteObjectCommand, type S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { outputKeys } from '../../contract/keys';
import { loggedError } from '../shared/error-message';
import { headObject } from '../shared/head-object';
import type { EventLogger } from '../shared/log-events';
import { isLostRace } from '../shared/record';
import type { JobInstance } from './job-instance';

/** S3 tells the time of a write in whole seconds. */
const RESOLUTION_MS = 1_000;
const FORBIDDEN = 403;

/**
 * Takes away the output and the app's log of an earlier run, which an instance that was gone soon after its claim had no
 * time for: whatever was written before `begun` (ISO 8601), the beginning of the run, or before the instance was launched
 * when that was earlier, as it is unless somebody has stopped and started the instance. In a versioned bucket each stays as
 * an older version. What S3 denies is logged and left: the record counts for more. Throws the S3 error when S3 does not answer.
 */
export async function removeOlderOutputs(
  { s3, logger }: { s3: S3Client; logger: EventLogger },
  Bucket: string,
  jobId: string,
  { launchTime, begun }: Pick<JobInstance, 'launchTime'> & { begun: string | null | undefined },
): Promise<void> {
  const since = Math.min(launchTime.getTime(), begun ? Date.parse(begun) : Number.POSITIVE_INFINITY);
  const { output, appLog } = outputKeys(jobId);
  for (const Key of [output, appLog]) {
    try {
      const found = await headObject(s3, Bucket, Key);
      const isOlder = found?.LastModified && found.LastModified.getTime() + RESOLUTION_MS <= since;
      if (isOlder) await remove(s3, Bucket, Key, found.ETag);
    } catch (error) {
      if ((error as Partial<S3ServiceException>).$metadata?.httpStatusCode !== FORBIDDEN) throw error;
      logger.warn('older_output.kept', { key: Key, error: loggedError(error) });
    }
  }
}

/** That one alone: a newer run may have written its own meanwhile. */
async function remove(s3: S3Client, Bucket: string, Key: string, IfMatch: string | undefined): Promise<void> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}
