import type { Readable } from 'node:stream';
import { DeleteObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type OutputKeys, outputKeys } from '../../contract/keys';
import { compareStatus, formatStatus, isFinal, orderOf, parseStatus, type Status } from '../../contract/status';
import { readObject } from './read-object';

/**
 * What lies at the key of a job's status, with the entity tag that a conditional write needs.
 *
 * `unreadable`: an object that is no status of this job, such as an empty one, half of one or garbage. Whose it was and
 * what it said is not known, so it is neither nothing nor somebody else's: nothing is taken away for its sake, and no
 * run begins. That S3 does not answer, or denies the access, is no state at all but an error: it may pass.
 */
export type StoredStatus =
  | { kind: 'none'; etag?: undefined; status?: undefined }
  | { kind: 'status'; etag: string; status: Status }
  | { kind: 'unreadable'; etag: string; status?: undefined };

/** One record to write: the status and, when given, the text of `{job_id}_ec2.log`. */
export interface JobRecord {
  bucket: string;
  status: Status;
  log?: string;
  /**
   * Whether the status may take the place of RUNNING of the same run by the same instance: true for the guard, who
   * knows that the instance is gone; false for the launcher, who does not.
   */
  overRunning?: boolean;
}

/** `written`, or what stood in the way: a status of the same run that must stay, or one of a newer run. */
export type RecordResult = 'written' | 'kept' | 'superseded';

/** A status has a few kilobytes, with all packages. */
const MAX_STATUS_BYTES = 1024 * 1024;

/** What a record of a job that had no instance says when it takes the place of an unreadable one. */
const AFTER_UNREADABLE =
  'the status that was here could not be read, so an output beside this one may be of another run';

/** How often a lost race for the status object is run again. Each loss means that another writer got on. */
const MAX_RACES = 5;

/**
 * Writes a record without ever destroying a better one, by compare-and-set on the status object.
 *
 * The order of writes makes a visible status mean that everything else about the run is already there: first what an
 * older run left is removed (an old output never passes for a new one), then the log, the status last.
 * Throws the S3 error when S3 cannot be written, so that the caller's message stays in its queue.
 */
export async function writeRecord(s3: S3Client, record: JobRecord): Promise<RecordResult> {
  const keys = outputKeys(record.status.job_id);
  for (let race = 1; ; race++) {
    const stored = await readStatus(s3, record.bucket, record.status.job_id);
    const standing = judge(stored, record);
    if (standing !== 'replace') return standing;
    if (hasOthersOutputs(stored, record)) await removeOutputs(s3, record.bucket, keys);
    if (record.log !== undefined) await put(s3, record.bucket, keys.ec2Log, record.log, 'text/plain; charset=utf-8');
    const status = stored.kind === 'unreadable' ? afterUnreadable(record.status) : record.status;
    if (await replaceStatus(s3, record.bucket, stored, status)) return 'written';
    if (race === MAX_RACES) throw new Error(`others write ${keys.status} again and again`);
  }
}

/**
 * Writes a status in the place of what was read there, and of nothing else. False when somebody else came first. Throws
 * every other error of S3's.
 */
export async function replaceStatus(
  s3: S3Client,
  bucket: string,
  stored: StoredStatus,
  status: Status,
): Promise<boolean> {
  const condition = stored.kind === 'none' ? { IfNoneMatch: '*' } : { IfMatch: stored.etag };
  try {
    await put(s3, bucket, outputKeys(status.job_id).status, formatStatus(status), 'application/json', condition);
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

/**
 * Whether outputs under the job's names are known to be an older run's. Of a run that had an instance they may be its
 * own when there is no status at all: somebody may have collected the job and taken its record away. Beside a status
 * that cannot be read they may be anybody's, this run's included.
 */
function hasOthersOutputs(stored: StoredStatus, { status }: JobRecord): boolean {
  if (stored.kind === 'status') return compareStatus(stored.status, orderOf(status)) !== 0;
  return stored.kind === 'none' && !status.instance_id;
}

function afterUnreadable(status: Status): Status {
  return status.instance_id ? status : { ...status, message: `${status.message}; ${AFTER_UNREADABLE}` };
}

/**
 * What lies at the key of a job's status; of an earlier version of it when `versionId` is given. Throws on every S3
 * error but `NoSuchKey`.
 */
export async function readStatus(
  s3: S3Client,
  bucket: string,
  jobId: string,
  versionId?: string,
): Promise<StoredStatus> {
  const Key = outputKeys(jobId).status;
  const object = await readObject(s3, { Bucket: bucket, Key, VersionId: versionId });
  if (!object) return { kind: 'none' };
  const etag = object.ETag ?? '';
  if ((object.ContentLength ?? 0) > MAX_STATUS_BYTES) {
    (object.Body as Partial<Readable> | undefined)?.destroy?.();
    return { kind: 'unreadable', etag };
  }
  const status = parseStatus((await object.Body?.transformToString()) ?? '');
  return status?.job_id === jobId ? { kind: 'status', etag, status } : { kind: 'unreadable', etag };
}

function judge(
  standing: StoredStatus,
  { status: next, overRunning }: JobRecord,
): 'replace' | Exclude<RecordResult, 'written'> {
  if (standing.kind !== 'status') return 'replace';
  const { status: stored } = standing;
  const order = compareStatus(stored, orderOf(next));
  if (order < 0) return 'replace';
  if (order > 0) return 'superseded';
  if (isFinal(stored.state)) return 'kept';
  if (stored.state !== 'RUNNING') return 'replace';
  return overRunning && stored.instance_id === next.instance_id ? 'replace' : 'kept';
}

async function removeOutputs(s3: S3Client, bucket: string, keys: OutputKeys): Promise<void> {
  for (const Key of [keys.output, keys.appLog]) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
}

async function put(
  s3: S3Client,
  Bucket: string,
  Key: string,
  Body: string,
  ContentType: string,
  condition: { IfMatch?: string; IfNoneMatch?: string } = {},
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ...condition }));
}

/** 412: the condition failed. 409: two conditional writes met. 404 on If-Match: the object was deleted meanwhile. */
export function isLostRace(error: unknown): boolean {
  return error instanceof S3ServiceException && [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0);
}
