import { DeleteObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type IndexedJob, indexedJob, indexKey, isEntryOf, openPlace, placeOf } from '../../contract/job-index';

/** The bucket whose index is kept. */
export interface IndexStore {
  s3: S3Client;
  bucket: string;
}

/** Puts the entry of an earlier run, unless a later attempt at the same upload has one. */
export async function keepEarlier(
  store: IndexStore,
  jobId: string,
  job: IndexedJob,
  current?: IndexedJob,
): Promise<void> {
  if (current && placeOf(current) === placeOf(job)) return;
  const entries = await entriesOf(store, jobId, placeOf(job));
  if (!entries.some((key) => attemptOf(key) >= job.attempt)) await put(store, indexKey(job));
}

/** Puts the entry of a run that has ended, and removes what an earlier attempt at the same upload left. */
export async function keepEnded(store: IndexStore, jobId: string, job: IndexedJob): Promise<void> {
  const wanted = indexKey(job);
  const entries = await entriesOf(store, jobId, placeOf(job));
  if (!entries.includes(wanted)) await put(store, wanted);
  // One of a later attempt says that this status is old by now.
  await remove(store, entries, (key) => key !== wanted && attemptOf(key) <= job.attempt);
}

/** Leaves a job one open entry, or none, and those that `isKept` says. */
export async function keepOpen(
  store: IndexStore,
  jobId: string,
  job: IndexedJob | undefined,
  isKept: (key: string) => boolean,
): Promise<void> {
  const wanted = job && indexKey(job);
  const entries = await entriesOf(store, jobId, openPlace(jobId));
  if (wanted && !entries.includes(wanted)) await put(store, wanted);
  await remove(store, entries, (key) => key !== wanted && !isKept(key));
}

function attemptOf(key: string): number {
  return indexedJob(key)?.attempt ?? 0;
}

/** Many jobs may have been submitted in the same second: a place of ended ones can have more than one page. */
async function entriesOf({ s3, bucket }: IndexStore, jobId: string, place: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: place })) {
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
  }
  return keys.filter((key) => isEntryOf(key, jobId));
}

/** An empty object; with its length, because the SDK takes an empty text for a stream. */
async function put({ s3, bucket }: IndexStore, Key: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '', ContentLength: 0 }));
}

async function remove({ s3, bucket }: IndexStore, keys: string[], isWrong: (key: string) => boolean): Promise<void> {
  for (const Key of keys.filter(isWrong)) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
}
