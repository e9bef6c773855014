import { endedJobs, type JobQuery, type JobStore, listJobs, newestJob } from '../../../cli/jobs/job-list';
import { type IndexedJob, indexKey } from '../../../contract/job-index';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';

const START = Date.parse('2026-11-26T06:00:00Z');
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();
let world: World;
let store: JobStore;

beforeEach(async () => {
  world = await startWorld();
  store = { s3: world.s3, bucket: BUCKET };
});
afterEach(() => world.close());

/** A run that was submitted at a minute, begun 20 s later, and has ended a minute after its submission. */
function job(job_id: string, minute: number, more: Partial<IndexedJob> = {}): IndexedJob {
  return {
    job_id,
    state: 'SUCCEEDED',
    reason: null,
    attempt: 1,
    submitted: at(minute),
    started: at(minute + 1 / 3),
    ended: at(minute + 1),
    cost_estimate_usd: null,
    git_commit: null,
    template_version: '1',
    ...more,
  };
}
const running = (id: string, minute: number) => job(id, minute, { state: 'RUNNING', ended: null });
const waiting = (id: string, minute: number, attempt = 1) =>
  job(id, minute, { state: 'WAITING', reason: 'NO_CAPACITY', started: null, ended: null, attempt });

async function indexed(...jobs: IndexedJob[]): Promise<void> {
  await Promise.all(jobs.map((one) => world.put(indexKey(one), '')));
}
/** The ids of a list, those under way before the bar. */
async function ids(query: Partial<JobQuery> = {}): Promise<string> {
  const { open, ended } = await listJobs(store, { limit: 10, ...query });
  return [open, ended].map((jobs) => jobs.map(({ job_id }) => job_id).join(' ')).join(' | ');
}

test('all jobs under way are listed, and the last ones that have ended, each the newest first', async () => {
  await indexed(...[1, 5, 3, 4].map((minute) => job(`e${minute}`, minute)), running('b', 2), waiting('a', 6));
  expect(await ids({ limit: 3 })).toBe('a b | e5 e4 e3');
  expect(await ids()).toBe('a b | e5 e4 e3 e1');
});

test('an empty bucket has none', async () => {
  expect(await ids()).toBe(' | ');
  expect(await newestJob(store)).toBeUndefined();
});

test('the newest job is under way, or has ended', async () => {
  await indexed(job('ended', 2), running('open', 1));
  expect((await newestJob(store))?.job_id).toBe('ended');
  await indexed(waiting('last', 3));
  expect((await newestJob(store))?.job_id).toBe('last');
});

test.each([
  ['of the same run', running('may', 3), job('may', 3), ' | may'],
  ['by the times of its running, whatever it says of its submission', running('may', 3), job('may', 2.7), ' | may'],
  ['of a newer upload', running('may', 1), job('may', 3), ' | may'],
  ['while it waited', waiting('may', 3), job('may', 3, { started: null }), ' | may'],
  ['before it began again', waiting('may', 3, 2), job('may', 3), 'may | '],
  ['before this one was submitted', waiting('may', 5), job('may', 3), 'may | '],
  ['before this one began, though submitted later', running('may', 3), job('may', 3.1, { ended: at(3.2) }), 'may | '],
  ['of another job', running('may', 3), job('june', 3), 'may | june'],
])('a run that seems to be under way, beside the end %s', async (_, open, ended, listed) => {
  await indexed(open, ended);
  expect(await ids()).toBe(listed);
});

test('a run that has two entries for a moment is listed once, with the later of them', async () => {
  const first = job('may', 3, { state: 'FAILED', reason: 'INTERRUPTED' });
  await indexed(first, job('may', 3, { attempt: 2 }), job('other', 3), job('may', 1));
  expect((await listJobs(store, { limit: 10, everyRun: true })).ended.map((one) => [one.job_id, one.attempt])).toEqual([
    ['may', 2],
    ['other', 1],
    ['may', 1],
  ]);
});

test('a query selects by state, reason, failure and time of submission', async () => {
  await indexed(
    waiting('w', 9),
    running('r', 8),
    job('ok', 7),
    job('bad', 6, { state: 'FAILED', reason: 'APP_FAILED' }),
    job('stopped', 5, { state: 'FAILED', reason: 'CANCELLED' }),
    job('lost', 4, { state: 'FAILED', reason: 'LOST' }),
  );
  expect(await ids({ failed: true })).toBe(' | bad lost');
  expect(await ids({ status: 'FAILED' })).toBe(' | bad stopped lost');
  expect(await ids({ status: 'CANCELLED' })).toBe(' | stopped');
  expect(await ids({ status: 'WAITING' })).toBe('w | ');
  expect(await ids({ since: new Date(at(6)) })).toBe('w r | ok bad');
  expect(await ids({ since: new Date(at(6)), failed: true, limit: Infinity })).toBe(' | bad');
});

test('of a job that was run again the newest run is listed, and its earlier ones when every run is asked for', async () => {
  const failed = { state: 'FAILED', reason: 'APP_FAILED' } as const;
  await indexed(
    job('may', 1, failed),
    job('may', 3),
    job('june', 2, failed),
    job('july', 4, failed),
    running('july', 5),
  );
  expect(await ids()).toBe('july | may june');
  expect(await ids({ failed: true })).toBe(' | june');
  expect(await ids({ status: 'APP_FAILED' })).toBe(' | june');
  expect(await ids({ everyRun: true })).toBe('july | july may june may');
  expect(await ids({ everyRun: true, failed: true, limit: Infinity })).toBe(' | july june may');
});

test('jobs behind the many runs of another are read from further pages', async () => {
  const again = Array.from({ length: 60 }, (_, minute) => job('again', minute + 10));
  await indexed(...again, ...[1, 2, 3].map((minute) => job(`e${minute}`, minute)));
  expect(await ids({ limit: 3 })).toBe(' | again e3 e2');
});

test('the jobs that have ended are read page by page, down to a time', async () => {
  await indexed(...Array.from({ length: 45 }, (_, minute) => job(`e${minute}`, minute)));
  const sizes: number[] = [];
  for await (const page of endedJobs(store, { limit: 2 })) sizes.push(page.length);
  expect(sizes).toEqual([22, 23]);
  sizes.length = 0;
  for await (const page of endedJobs(store, { limit: 2, since: new Date(at(40)) })) sizes.push(page.length);
  expect(sizes).toEqual([5]);
});

test('what is no entry is passed over', async () => {
  await world.put('app_runner/index/ended/x', '');
  await world.put('app_runner/index/open/0123456789abcdef/strange/may', '');
  await indexed(job('may', 1));
  expect(await ids()).toBe(' | may');
});
