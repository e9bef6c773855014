import { type JobStore, listJobs, newestJob } from '../../../cli/jobs/job-list';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';
import { addEntries, addEntry, countingRequests, jobNumber } from './many-jobs';

const JOBS = 100_000;
let world: World;
let store: JobStore;

beforeAll(async () => {
  world = await startWorld();
  store = { s3: world.s3, bucket: BUCKET };
  addEntries(world.s3Service, JOBS);
});
afterAll(() => world.close());

const numbers = (jobs: { job_id: string }[]) => jobs.map(({ job_id }) => Number(job_id.split('/')[1]));
const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index);

test('of 100,000 jobs the newest ten are found in two requests', async () => {
  const [{ open, ended }, requests] = await countingRequests(() => listJobs(store, { limit: 10 }));
  expect(numbers(open)).toEqual(down(JOBS - 1, 5));
  expect(numbers(ended)).toEqual(down(JOBS - 6, 10));
  expect(requests).toBe(2);
});

test('the newest of 100,000 jobs is found in two requests', async () => {
  const [job, requests] = await countingRequests(() => newestJob(store));
  expect([job?.job_id, requests]).toEqual([`reports/${JOBS - 1}`, 2]);
});

test('the jobs of a day take no more requests than it has pages', async () => {
  const since = new Date(Date.parse('2026-01-01T00:00:00Z') + (JOBS - 1440) * 60_000);
  const [{ ended }, requests] = await countingRequests(() => listJobs(store, { limit: Infinity, since }));
  expect([ended.length, requests]).toEqual([1435, 3]);
});

test('the newest ten are found in five requests also behind 2,000 runs of one job', async () => {
  for (let n = 0; n < 2000; n++) addEntry(world.s3Service, { ...jobNumber(JOBS - 6, JOBS), ...again(n) });
  const [{ ended }, requests] = await countingRequests(() => listJobs(store, { limit: 10 }));
  expect(ended.map(({ job_id }) => job_id)).toEqual(['again', ...down(JOBS - 6, 9).map((n) => `reports/${n}`)]);
  expect(requests).toBeLessThanOrEqual(5);
});

const again = (n: number) => ({
  job_id: 'again',
  submitted: new Date(Date.parse('2026-12-01T00:00:00Z') + n).toISOString(),
});
