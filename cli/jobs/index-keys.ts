import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { type IndexedJob, indexedJobOf, indexKey, isAwaited } from '../../contract/job-index';
import { readStatus } from '../../lambda/shared/record';
import type { JobStore } from './job-list';

/** The keys below a prefix, a page of S3's at a time. */
export async function* keysBelow({ s3, bucket }: JobStore, Prefix: string): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix })) {
    for (const { Key = '' } of Contents) yield Key;
  }
}

/** What the index has to say of a job by its status: `none` without one, `unknown` when its status cannot be read. */
export async function jobToIndex({ s3, bucket }: JobStore, jobId: string): Promise<IndexedJob | 'none' | 'unknown'> {
  const standing = await readStatus(s3, bucket, jobId);
  if (standing.kind === 'status') return indexedJobOf(standing.status);
  return standing.kind === 'none' ? 'none' : 'unknown';
}

/** The open entries of a job that should not be there. `job`: what its status says, if it has one. */
export function strays(open: readonly string[], job: IndexedJob | undefined): string[] {
  const right = job && indexKey(job);
  return open.filter((key) => key !== right && !isAwaited(key, job, Date.now()));
}
