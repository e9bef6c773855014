import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { INDEX_PREFIX, type IndexedJob, indexKey, isAwaited, OPEN_PREFIX, openPlace } from '../../contract/job-index';
import { jobIdOfStatusKey, OUTPUT_PREFIX } from '../../contract/keys';
import { indexJob } from '../../lambda/metrics/index-job';
import { jobToIndex, keysBelow, strays } from './index-keys';
import type { JobStore } from './job-list';

/** How far a rebuild is: statuses looked at, and jobs whose entries were put right. */
export interface RebuildProgress {
  statuses: number;
  mended: number;
}

/** Requests under way at once: fewer than the connections of a client, far fewer than S3 allows below a prefix. */
const AT_ONCE = 32;

/**
 * Makes the index of a bucket complete: the right entry for each status object, and no open one of a job that is not
 * under way or submitted. What has ended stays, because the status of a job forgets its earlier runs.
 *
 * Each job is put right as the deployed function does it, so that jobs may run meanwhile; doing it again changes
 * nothing. Throws the SDK's error when S3 does not answer: what was put right by then stays.
 */
export async function rebuildIndex(
  store: JobStore,
  onProgress: (progress: RebuildProgress) => void = () => {},
): Promise<RebuildProgress> {
  // Read before the statuses: one that belongs to an open entry is seen, unless somebody took it away.
  const { all, open } = await entriesOf(store);
  const progress: RebuildProgress = { statuses: 0, mended: 0 };
  await eachOf(jobIds(store), async (jobId) => {
    const job = await jobToIndex(store, jobId);
    const place = openPlace(jobId);
    const isRight =
      typeof job === 'string' || (all.has(indexKey(job)) && strays(open.get(place) ?? [], job).length === 0);
    if (!isRight) await indexJob(store, jobId, undefined, isAwaitedNow);
    open.delete(place);
    progress.statuses++;
    if (!isRight) progress.mended++;
    onProgress({ ...progress });
  });
  const left = [...open.values()].map((keys) => strays(keys, undefined)).filter((keys) => keys.length > 0);
  await eachOf(left, async (keys) => {
    // A run that has begun since has another key.
    for (const Key of keys) await store.s3.send(new DeleteObjectCommand({ Bucket: store.bucket, Key }));
    progress.mended++;
  });
  return progress;
}

const isAwaitedNow = (key: string, job: IndexedJob | undefined) => isAwaited(key, job, Date.now());

/** The keys of all entries, and those of open ones by their place. */
async function entriesOf(store: JobStore): Promise<{ all: Set<string>; open: Map<string, string[]> }> {
  const all = new Set<string>();
  const open = new Map<string, string[]>();
  for await (const key of keysBelow(store, INDEX_PREFIX)) {
    all.add(key);
    if (!key.startsWith(OPEN_PREFIX)) continue;
    const place = key.slice(0, key.indexOf('/', OPEN_PREFIX.length) + 1);
    open.set(place, [...(open.get(place) ?? []), key]);
  }
  return { all, open };
}

async function* jobIds(store: JobStore): AsyncGenerator<string> {
  for await (const key of keysBelow(store, OUTPUT_PREFIX)) {
    const jobId = jobIdOfStatusKey(key);
    if (jobId !== undefined) yield jobId;
  }
}

/** Works at some of the items at once; begins none after one that failed. */
async function eachOf<Item>(items: AsyncIterable<Item> | Iterable<Item>, work: (item: Item) => Promise<void>) {
  const queue = (async function* () {
    yield* items;
  })();
  const worker = async () => {
    for await (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
