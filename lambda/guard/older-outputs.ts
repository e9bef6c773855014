import {
  DeleteObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { outputKeys } from '../../contract/keys';
import { isLostRace } from '../shared/record';
import type { JobInstance } from './job-instance';

/** S3 tells the time of a write in whole seconds. */
const RESOLUTION_MS = 1_000;

/**
 * Takes away the output and the app's log of an earlier run, which an instance that was gone soon after its claim had no
 * time for: whatever was written before that instance was launched. In a versioned bucket each stays as an older version.
 * Throws the S3 error when S3 denies it or does not answer.
 */
export async function removeOlderOutputs(
  s3: S3Client,
  Bucket: string,
  jobId: string,
  { launchTime }: Pick<JobInstance, 'launchTime'>,
): Promise<void> {
  const { output, appLog } = outputKeys(jobId);
  for (const Key of [output, appLog]) {
    const found = await head(s3, Bucket, Key);
    const isOlder = found?.LastModified && found.LastModified.getTime() + RESOLUTION_MS <= launchTime.getTime();
    if (isOlder) await remove(s3, Bucket, Key, found.ETag);
  }
}

async function head(s3: S3Client, Bucket: string, Key: string): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await s3.send(new HeadObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (['NotFound', 'NoSuchKey'].includes((error as Error).name)) return undefined;
    throw error;
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
