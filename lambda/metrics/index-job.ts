import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type IndexedJob, indexedJobOf } from '../../contract/job-index';
import { outputKeys } from '../../contract/keys';
import { isFinal, type Status } from '../../contract/status';
import { readStatus, type StoredStatus } from '../shared/record';
import { type IndexStore, keepEarlier, keepEnded, keepOpen } from './index-entries';

/** Each further round means that somebody wrote the status during the one before. */
const MAX_ROUNDS = 10;

/** Whether an open entry stays beside what the status says, or without a status. */
type IsKept = (key: string, job: IndexedJob | undefined) => boolean;

/**
 * Makes the index say what the status object of a job says now, whichever write of it was the occasion: events of S3
 * come late, twice and in any order, and several invocations may be under way for one job.
 *
 * Each round looks at the end whether the status is still the one that it followed, and is repeated when it is not. So
 * whatever an invocation has done by an older status, a round by the newest one begins after it, and no run that has
 * ended comes back as one under way. `written` is the status that the event was about: when it is the final one of an
 * earlier upload, the status object may have forgotten it, and the index keeps it.
 *
 * Open entries other than the status's go, also one that `submit` has noted of a newer upload by a clock of its own,
 * unless `isKept` says that it stays; the next status brings the job back.
 *
 * A status that cannot be read leaves the index as it is. Throws the SDK's error when S3 does not answer.
 */
export async function indexJob(store: IndexStore, jobId: string, written?: Status, isKept?: IsKept): Promise<void> {
  let standing = await currentStatus(store, jobId);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (standing.kind === 'unreadable') return;
    await follow(store, jobId, standing.status, written, isKept);
    const after = await currentStatus(store, jobId);
    if (after.etag === standing.etag) return;
    standing = after;
  }
  throw new Error(`the status of ${jobId} changed during each of ${MAX_ROUNDS} tries to index it`);
}

/** Without a general s3:ListBucket, S3 denies the access to an object that is not there. */
async function currentStatus({ s3, bucket }: IndexStore, jobId: string): Promise<StoredStatus> {
  try {
    return await readStatus(s3, bucket, jobId);
  } catch (error) {
    const key = outputKeys(jobId).status;
    if ((error as Error).name !== 'AccessDenied') throw error;
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
    if (Contents?.[0]?.Key === key) throw error;
    return { kind: 'none' };
  }
}

/** The new entry comes first, so that a listing of `open/` and then of `ended/` finds the job at any time. */
async function follow(
  store: IndexStore,
  jobId: string,
  status?: Status,
  written?: Status,
  isKept: IsKept = () => false,
): Promise<void> {
  const job = status && indexedJobOf(status);
  const ended = job && isFinal(job.state) ? job : undefined;
  if (written?.job_id === jobId && isFinal(written.state))
    await keepEarlier(store, jobId, indexedJobOf(written), ended);
  if (ended) await keepEnded(store, jobId, ended);
  await keepOpen(store, jobId, ended ? undefined : job, (key) => isKept(key, job));
}
