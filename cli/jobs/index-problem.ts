import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { indexedJob, indexKey, OPEN_PREFIX, openPlace } from '../../contract/job-index';
import { jobIdOfStatusKey, OUTPUT_PREFIX } from '../../contract/keys';
import { jobToIndex, keysBelow, strays } from './index-keys';
import type { JobStore } from './job-list';

/** How many jobs of each place are looked at. */
const SAMPLE = 8;
/** So long an entry may come after its status. */
const DELAY_MS = 1500;
const LAST_CHARACTER = 0x7a;

/**
 * What is wrong with the index of a bucket, as a sentence; undefined when nothing was found. Looks at some jobs of the
 * first page of outputs, of another place among them, and of those that seem to be under way: about fifty small
 * requests, most of them at once. What seems wrong is looked at once more when `settled` has resolved. Throws the SDK's
 * error when S3 does not answer.
 */
export async function indexProblem(
  store: JobStore,
  settled: () => Promise<unknown> = () => pause(DELAY_MS),
): Promise<string | undefined> {
  const jobs = await someJobs(store);
  let wrong = await wrongOf(store, jobs);
  if (wrong.length > 0) {
    await settled();
    wrong = await wrongOf(store, wrong);
  }
  if (wrong.length === 0) return undefined;
  return `the index of jobs is incomplete: of ${jobs.length} jobs that were looked at, ${wrong.length} have no entry or a wrong one, such as ${wrong[0]}`;
}

async function someJobs(store: JobStore): Promise<string[]> {
  const [outputs, entries] = await Promise.all([page(store, OUTPUT_PREFIX), page(store, OPEN_PREFIX)]);
  const first = outputs.keys[0]?.charCodeAt(OUTPUT_PREFIX.length) ?? 0;
  const character = String.fromCharCode(first + Math.floor(Math.random() * Math.max(0, LAST_CHARACTER + 1 - first)));
  const others = outputs.isAll ? undefined : await page(store, OUTPUT_PREFIX, OUTPUT_PREFIX + character);
  const withStatus = [outputs, others].map((one) => one?.keys.flatMap((key) => jobIdOfStatusKey(key) ?? []) ?? []);
  const open = entries.keys.flatMap((key) => {
    const id = indexedJob(key)?.job_id ?? '';
    // The place of an id that was cut in its key is that of the whole one.
    return key.startsWith(openPlace(id)) ? [id] : [];
  });
  return [...new Set([...withStatus, open].flatMap(sampleOf))];
}

async function page({ s3, bucket }: JobStore, Prefix: string, StartAfter?: string) {
  const answer = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, StartAfter }));
  return { keys: (answer.Contents ?? []).map(({ Key = '' }) => Key), isAll: !answer.IsTruncated };
}

/** Some of them, spread evenly. */
function sampleOf(ids: string[]): string[] {
  const step = Math.max(1, ids.length / SAMPLE);
  return Array.from({ length: Math.min(SAMPLE, ids.length) }, (_, index) => ids[Math.floor(index * step)] as string);
}

async function wrongOf(store: JobStore, jobIds: string[]): Promise<string[]> {
  const answers = await Promise.all(jobIds.map((jobId) => isWrong(store, jobId)));
  return jobIds.filter((_, index) => answers[index]);
}

async function isWrong(store: JobStore, jobId: string): Promise<boolean> {
  const found = await jobToIndex(store, jobId);
  if (found === 'unknown') return false;
  const job = found === 'none' ? undefined : found;
  const open = await listed(store, openPlace(jobId));
  if (strays(open, job).length > 0) return true;
  if (!job) return false;
  const right = indexKey(job);
  return !open.includes(right) && !(await listed(store, right)).includes(right);
}

async function listed(store: JobStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of keysBelow(store, prefix)) keys.push(key);
  return keys;
}
