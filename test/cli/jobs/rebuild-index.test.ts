import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { indexProblem } from '../../../cli/jobs/index-problem';
import type { JobStore } from '../../../cli/jobs/job-list';
import { rebuildIndex } from '../../../cli/jobs/rebuild-index';
import { INDEX_PREFIX } from '../../../contract/job-index';
import { outputKeys } from '../../../contract/keys';
import { formatStatus, type Status } from '../../../contract/status';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';
import { entry, statusAt } from '../../lambda/metrics/index-store';

let world: World;
let store: JobStore;

beforeEach(async () => {
  world = await startWorld();
  store = { s3: world.s3, bucket: BUCKET };
});
afterEach(() => world.close());

const ended = (job_id: string, minute = 0) => statusAt(minute, { job_id, state: 'SUCCEEDED' });
const running = (job_id: string, minute = 0) => statusAt(minute, { job_id, state: 'RUNNING' });

async function written(...statuses: Status[]): Promise<void> {
  await Promise.all(
    statuses.flatMap((status) => [
      world.put(outputKeys(status.job_id).status, formatStatus(status)),
      world.put(outputKeys(status.job_id).ec2Log, 'log'),
    ]),
  );
}
async function indexed(...statuses: Status[]): Promise<void> {
  for (const status of statuses) await world.put(entry(status), '');
}
async function index(): Promise<string[]> {
  const { Contents = [] } = await world.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: INDEX_PREFIX }));
  return Contents.map(({ Key = '' }) => Key);
}
const problem = () => indexProblem(store, async () => undefined);
const entries = (...statuses: Status[]) => statuses.map(entry).sort();

test('a bucket from before gets its index, and a second time there is nothing to do', async () => {
  const statuses = [running('now'), ...Array.from({ length: 40 }, (_, n) => ended(`2025/job ${n}`, -n))];
  await written(...statuses);
  await world.put(outputKeys('broken').status, 'no JSON');
  const seen: number[] = [];
  const result = await rebuildIndex(store, (progress) => seen.push(progress.statuses));
  expect(result).toEqual({ statuses: 42, mended: 41 });
  expect(seen.at(-1)).toBe(42);
  expect(await index()).toEqual(entries(...statuses));
  expect(await rebuildIndex(store)).toEqual({ statuses: 42, mended: 0 });
});

test('open entries of runs that are not under way go, and the history stays', async () => {
  await written(ended('may'), running('june', 5));
  const earlier = ended('may', -60);
  const gone = ended('gone');
  await indexed(earlier, gone, running('may'), running('june', 1), running('gone'), running(`${'x'.repeat(990)}`));
  expect((await rebuildIndex(store)).mended).toBe(4);
  expect(await index()).toEqual(entries(earlier, gone, ended('may'), running('june', 5)));
});

test('what S3 does not answer ends the rebuild, and the next one does the rest', async () => {
  await written(ended('may'), ended('june'));
  world.s3Service.failNext({ method: 'PUT', keyPattern: /index/, status: 403, code: 'AccessDenied' });
  await expect(rebuildIndex(store)).rejects.toThrow();
  await rebuildIndex(store);
  expect(await index()).toEqual(entries(ended('may'), ended('june')));
});

test('an index without a fault has no problem, nor has an empty bucket', async () => {
  expect(await problem()).toBeUndefined();
  await written(ended('may'), running('june'));
  await indexed(ended('may'), running('june'), ended('gone'), ended('may', -60));
  await world.put(outputKeys('broken').status, 'no JSON');
  expect(await problem()).toBeUndefined();
});

test.each([
  ['an ended job without an entry', ended('may'), []],
  ['a job under way without an entry', running('may'), []],
  ['an ended job with an open entry', ended('may'), [ended('may'), running('may')]],
  ['a job under way with the entry of an earlier run', running('may', 5), [running('may')]],
])('%s is a problem until the index is rebuilt', async (_, status, there) => {
  await written(status, ended('june'));
  await indexed(ended('june'), ...there);
  expect(await problem()).toBe(
    'the index of jobs is incomplete: of 2 jobs that were looked at, 1 have no entry or a wrong one, such as may',
  );
  await rebuildIndex(store);
  expect(await problem()).toBeUndefined();
});

test('an open entry of a job without a status is a problem', async () => {
  await indexed(running('gone'));
  expect(await problem()).toContain('of 1 jobs that were looked at, 1 have no entry or a wrong one');
});

/** What `submit` notes, so many days before now. */
const noted = (daysAgo: number) => {
  const submitted = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  return statusAt(0, { job_id: 'may', state: 'WAITING', submitted });
};
const before = (status: Status, daysAgo: number): Status => {
  const time = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  return { ...status, submitted: time, started: time, ended: status.ended && time };
};

test.each([
  ['without a status', []],
  ['beside the end of an earlier run', [before(ended('may'), 13)]],
  ['beside an earlier run that is under way', [before(running('may'), 13)]],
])('the entry of an upload whose record is to come is no problem %s, and stays', async (_, statuses) => {
  const upload = noted(12.9);
  await written(...statuses);
  await indexed(...statuses, upload);
  expect(await problem()).toBeUndefined();
  expect((await rebuildIndex(store)).mended).toBe(0);
  expect(await index()).toEqual(entries(...statuses, upload));
});

test('it stays also when the entry of the earlier run is put right', async () => {
  const [earlier, upload] = [before(ended('may'), 2), noted(1)];
  await written(earlier);
  await indexed(upload);
  expect(await problem()).toContain('such as may');
  await rebuildIndex(store);
  expect(await index()).toEqual(entries(earlier, upload));
});

test.each([
  ['older than a message in the queue can be', noted(14.1), []],
  ['older than the end of the job', noted(2), [before(ended('may'), 1)]],
])('a waiting entry that is %s is a problem, and goes', async (_, old, statuses) => {
  await written(...statuses);
  await indexed(...statuses, old);
  expect(await problem()).toContain('such as may');
  await rebuildIndex(store);
  expect(await index()).toEqual(entries(...statuses));
});

test('an entry that comes a moment after its status is no problem', async () => {
  await written(ended('may'));
  expect(await indexProblem(store, () => indexed(ended('may')))).toBeUndefined();
});
