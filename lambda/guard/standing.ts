import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { JobRun } from '../../contract/job-line';
import { outputKeys } from '../../contract/keys';
import { compareStatus, type Status } from '../../contract/status';
import { readStatus } from '../shared/record';

/**
 * Whether a run was claimed, which the runner does before any work by writing RUNNING.
 *
 * `unreadable`: what lies at the key of the status is none, or what was taken away from there was none, so it may have
 * been. `unknown`: there is no status of the run, and the bucket keeps no versions that would tell whether somebody has
 * taken one away.
 */
export type Claim = 'made' | 'never' | 'unknown' | 'unreadable';

/**
 * What the records of a job tell of one run of it: by the present one, or by the newest earlier version that can be
 * read when that is gone or unreadable.
 */
export interface Standing {
  claim: Claim;
  /** Below 0 when the record is of an older run or there is none, above 0 when it is of a newer one. */
  order: number;
  /** The record, if it is of the very run. */
  status: Status | undefined;
}

/** Enough for any job: the runner writes its status once for each phase. */
const MOST_VERSIONS = 200;
/** A runner on a full disk, say, may have written several that cannot be read. */
const MOST_READ = 10;

/** Throws the S3 error when S3 does not answer or denies the access. */
export async function standingOf(s3: S3Client, job: JobRun, jobId: string): Promise<Standing> {
  const stored = await readStatus(s3, job.bucket, jobId);
  const newest: Newest =
    stored.kind === 'status'
      ? { status: stored.status, isUnreadable: false }
      : await newestReadable(s3, job.bucket, jobId);
  const order = newest.status ? compareStatus(newest.status, job) : -1;
  const status = order === 0 ? newest.status : undefined;
  const isUnreadable = stored.kind === 'unreadable' || newest.isUnreadable;
  return { claim: claimOf(job, status, isUnreadable), order, status };
}

function claimOf({ versionId }: JobRun, status: Status | undefined, isUnreadable: boolean): Claim {
  if (isUnreadable) return 'unreadable';
  if (status && status.state !== 'WAITING') return 'made';
  // A bucket that gave the upload a version keeps those of the status too. Without, a record of an older run may stand
  // there again, because somebody took away that of this one.
  return status || versionId ? 'never' : 'unknown';
}

/** The newest status that can be read, and whether there are newer ones that cannot. */
interface Newest {
  status?: Status;
  isUnreadable: boolean;
}

/**
 * Among the versions of a status object, which come newest first ("Listing objects in a versioning-enabled bucket", S3
 * User Guide).
 */
async function newestReadable(s3: S3Client, Bucket: string, jobId: string): Promise<Newest> {
  const { status: Prefix } = outputKeys(jobId);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys: MOST_VERSIONS }));
  const own = Versions.filter(({ Key }) => Key === Prefix).slice(0, MOST_READ);
  for (const [newer, { VersionId }] of own.entries()) {
    const stored = await readStatus(s3, Bucket, jobId, VersionId);
    if (stored.kind === 'status') return { status: stored.status, isUnreadable: newer > 0 };
  }
  return { isUnreadable: own.length > 0 };
}
