import { type _Object, ListObjectsV2Command, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { ENDED_PREFIX, type IndexedJob, indexedJob, OPEN_PREFIX } from '../../contract/job-index';
import { REASON_TABLE, type Reason } from '../../contract/reasons';
import type { State } from '../../contract/status';

/** Where the jobs of a system are. */
export interface JobStore {
  s3: S3Client;
  bucket: string;
}

/** Which jobs are asked for; all that is given must hold. */
export interface JobQuery {
  /** How many jobs that have ended, at most; those under way are not counted. `Infinity` for all. */
  limit: number;
  /** Only jobs submitted at this time or later. */
  since?: Date;
  /** Only jobs in this state or with this reason. */
  status?: State | Reason;
  /** Only jobs that have failed; one that a person has cancelled has not. */
  failed?: boolean;
  /** Every run of a job; else only its newest one, and that is the run of which all of the above must hold. */
  everyRun?: boolean;
}

/** Jobs that are under way, and jobs that have ended: in both the one that was submitted last comes first. */
export interface JobList {
  open: IndexedJob[];
  ended: IndexedJob[];
}

/** The most that S3 lists at once. */
const PAGE_KEYS = 1000;
/** Room in a short first page for earlier runs, and for second entries of a run while the index is brought up to date. */
const SPARE_KEYS = 20;
/** So many pages are read beyond the jobs that were asked for, where those are earlier runs of a few. */
const SPARE_PAGES = 3;

/**
 * The jobs of a bucket by its index. The newest ones cost two requests, however many jobs there are (a third from 1,000
 * jobs under way on), and at most three more where they were run again and again; a query that selects reads a page of
 * 1,000 after the other until it has enough.
 *
 * The index follows the status objects within seconds. Throws the SDK's error when S3 does not answer.
 */
export async function listJobs(store: JobStore, query: JobQuery): Promise<JobList> {
  // A job that ends has its new entry before it loses the old one: in this order none is missed.
  const open = new Map((await openJobs(store)).map((job) => [job.job_id, job]));
  const seen = new Set<string>();
  const ended: IndexedJob[] = [];
  for await (const page of endedJobs(store, query)) {
    for (const job of page) {
      const underWay = open.get(job.job_id);
      if (underWay && hasEndedAs(underWay, job)) open.delete(job.job_id);
      const isNewest = !open.has(job.job_id) && !seen.has(job.job_id);
      if (isNewest) seen.add(job.job_id);
      if ((isNewest || query.everyRun) && isWanted(job, query)) ended.push(job);
    }
    if (ended.length >= query.limit) break;
  }
  return { open: [...open.values()].filter((job) => isWanted(job, query)), ended: ended.slice(0, query.limit) };
}

/** The job that was submitted last; undefined when there is none. */
export async function newestJob(store: JobStore): Promise<IndexedJob | undefined> {
  const { open, ended } = await listJobs(store, { limit: 1 });
  return [...open, ...ended].sort(newestFirst)[0];
}

/** All jobs that are under way, the newest first. */
async function openJobs({ s3, bucket }: JobStore): Promise<IndexedJob[]> {
  const jobs: IndexedJob[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: OPEN_PREFIX })) {
    jobs.push(...jobsIn(page.Contents));
  }
  return firstOf(jobs.sort(newestFirst), ({ job_id }) => job_id);
}

/**
 * Pages of the runs that have ended, the newest first, down to those submitted at `since`; of the rest of the query only
 * the size and number of the pages depends.
 */
export async function* endedJobs(store: JobStore, query: JobQuery): AsyncGenerator<IndexedJob[]> {
  const since = query.since?.toISOString() ?? '';
  const seen = new Set<string>();
  for await (const keys of endedKeys(store, query)) {
    const jobs = jobsIn(keys).sort(newestFirst);
    const recent = jobs.filter(({ submitted }) => submitted >= since);
    yield firstOf(recent, ({ job_id, submitted }) => `${submitted} ${job_id}`, seen);
    if (recent.length < jobs.length) return;
  }
}

/** A short page that is enough for most, then whole ones; to the end only for a query that selects or wants all. */
async function* endedKeys({ s3, bucket }: JobStore, query: JobQuery): AsyncGenerator<_Object[]> {
  const { limit, since, status, failed } = query;
  const selects = since !== undefined || status !== undefined || failed === true;
  const most = selects ? Number.POSITIVE_INFINITY : Math.ceil(limit / PAGE_KEYS) + SPARE_PAGES;
  let MaxKeys = selects ? PAGE_KEYS : Math.min(limit + SPARE_KEYS, PAGE_KEYS);
  let StartAfter: string | undefined;
  for (let page = 1; page <= most; page++) {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: ENDED_PREFIX, MaxKeys, StartAfter });
    const { Contents = [], IsTruncated } = await s3.send(command);
    yield Contents;
    if (!IsTruncated) return;
    StartAfter = Contents.at(-1)?.Key;
    MaxKeys = PAGE_KEYS;
  }
}

function jobsIn(objects: readonly _Object[] = []): IndexedJob[] {
  return objects.flatMap(({ Key }) => indexedJob(Key ?? '') ?? []);
}

/** By submission; of one upload the later attempt comes first, of one attempt what was written later. */
function newestFirst(a: IndexedJob, b: IndexedJob): number {
  return (
    later(a.submitted, b.submitted) ||
    b.attempt - a.attempt ||
    later(a.ended ?? '', b.ended ?? '') ||
    later(a.started ?? '', b.started ?? '')
  );
}

/** Below 0 when `a` is the later one of two times in ISO 8601. */
function later(a: string, b: string): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}

/** The first job of each name, without those whose name has been seen. */
export function firstOf(
  jobs: readonly IndexedJob[],
  nameOf: (job: IndexedJob) => string,
  seen = new Set<string>(),
): IndexedJob[] {
  return jobs.filter((job) => {
    const isFirst = !seen.has(nameOf(job));
    seen.add(nameOf(job));
    return isFirst;
  });
}

function isWanted({ state, reason, submitted }: IndexedJob, { since, status, failed }: JobQuery): boolean {
  if (since && submitted < since.toISOString()) return false;
  if (status !== undefined && status !== state && status !== reason) return false;
  return !failed || (state === 'FAILED' && (reason === null || REASON_TABLE[reason].fault !== 'user'));
}

/**
 * Whether a run that has ended is the one that seems to be under way, or a newer one of that job. One that has begun is
 * told by that time: launcher and runner may name different times for the submission.
 */
function hasEndedAs(open: IndexedJob, other: IndexedJob): boolean {
  if (other.job_id !== open.job_id) return false;
  if (open.started !== null && other.ended !== null) return other.ended >= open.started;
  if (other.submitted !== open.submitted) return other.submitted > open.submitted;
  return other.attempt >= open.attempt;
}
