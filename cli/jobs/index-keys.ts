import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { indexedJobOf, indexKey } from '../../contract/job-index';
import { readStatus } from '../../lambda/shared/record';
import type { JobStore } from './job-list';

/** The keys below a prefix, a page of S3's at a time. */
export async function* keysBelow({ s3, bucket }: JobStore, Prefix: string): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix })) {
    for (const { Key = '' } of Contents) yield Key;
  }
}

/** The entry that a job has to have by its status: `none` without one, `unknown` when its status cannot be read. */
export async function rightEntry(
  { s3, bucket }: JobStore,
  jobId: string,
): Promise<{ key: string } | 'none' | 'unknown'> {
  const standing = await readStatus(s3, bucket, jobId);
  if (standing.kind === 'status') return { key: indexKey(indexedJobOf(standing.status)) };
  return standing.kind === 'none' ? 'none' : 'unknown';
}
