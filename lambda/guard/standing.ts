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
 * What the records of a job tell of one run of it: by the present one, or by earlier versions when that is gone, cannot be
 * read or is of an older run, which may have got there because somebody had taken away or written over that of this one.
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
/** A runner on a full disk, say, may have written several that cannot be read, and an older run several of its own. */
const MOST_READ = 25;

/** Throws the S3 error when S3 does not answer or denies the access. */
export async function standingOf(s3: S3Client, job: JobRun, jobId: string): Promise<Standing> {
  const stored = await readStatus(s3, job.bucket, jobId);
  const { status: present } = stored;
  const isEnough = present && (!job.versionId || compareStatus(present, job) >= 0);
  const found: Found = isEnough ? { status: present, isUnreadable: false } : await earlierVersion(s3, job, jobId);
  const order = found.status ? compareStatus(found.status, job) : -1;
  const status = order === 0 ? found.status : undefined;
  const isUnreadable = stored.kind === 'unreadable' || found.isUnreadable;
  return { claim: claimOf(job, status, isUnreadable), order, status };
}

function claimOf({ versionId }: JobRun, status: Status | undefined, isUnreadable: boolean): Claim {
  if (isUnreadable) return 'unreadable';
  if (status && status.state !== 'WAITING') return 'made';
  // A bucket that gave the upload a version keeps those of the status too. Without, a record of an older run may stand
  // there again, because somebody took away that of this one.
  return status || versionId ? 'never' : 'unknown';
}

/** A status, and whether there are newer ones that cannot be read. */
interface Found {
  status?: Status;
  isUnreadable: boolean;
}

/**
 * Among the versions of a status object, which come newest first ("Listing objects in a versioning-enabled bucket", S3
 * User Guide), the newest that is of this run or a newer one, else one of an older run.
 */
async function earlierVersion(s3: S3Client, job: JobRun, jobId: string): Promise<Found> {
  const { status: Prefix } = outputKeys(jobId);
  const list = new ListObjectVersionsCommand({ Bucket: job.bucket, Prefix, MaxKeys: MOST_VERSIONS });
  const { Versions } = await s3.send(list);
  const own = Versions?.filter(({ Key }) => Key === Prefix).slice(0, MOST_READ) ?? [];
  let older: Found = { isUnreadable: own.length > 0 };
  for (const [newer, { VersionId }] of own.entries()) {
    const stored = await readStatus(s3, job.bucket, jobId, VersionId);
    if (stored.kind !== 'status') continue;
    const found = { status: stored.status, isUnreadable: older.status ? older.isUnreadable : newer > 0 };
    if (compareStatus(stored.status, job) >= 0) return found;
    older = found;
  }
  return older;
}
