import type { Status } from '../../../contract/status';
import { type Cancellation, cancelJob } from '../../../lambda/shared/cancel-job';
import { readStatus, writeRecord } from '../../../lambda/shared/record';
import { memoryBucket, s3Error } from '../guard/memory-bucket';

// How a record reaches S3: under which conditions, as what, and how often it is tried.

const NOW = Date.parse('2026-11-24T12:30:00Z');
const [STATUS, LOG] = ['app_runner/output/may_status.json', 'app_runner/output/may_ec2.log'];
const RUN = { bucket: 'jobs', key: 'app_runner/input/may.zip', versionId: 'v1', sequencer: '0A', attempt: 1 };

let bucket: ReturnType<typeof memoryBucket>;
beforeEach(() => {
  bucket = memoryBucket(() => NOW);
});

const status = (more: Partial<Status> = {}): Status => ({
  job_id: 'may',
  state: 'RUNNING',
  message: 'm',
  attempt: 1,
  input_key: RUN.key,
  input_version: 'v1',
  input_sequencer: '0A',
  instance_id: 'i-1',
  ...more,
});
const put = (more?: Partial<Status>) => bucket.put(STATUS, JSON.stringify(status(more)));
const cancel = (more: Partial<Cancellation> = {}) =>
  cancelJob(bucket.s3, { bucket: 'jobs', jobId: 'may', who: 'Ann', now: NOW, ...more });
const writes = () => bucket.puts().map(({ Key, IfMatch, IfNoneMatch }) => ({ Key, IfMatch, IfNoneMatch }));
const refusal = (name: string, httpStatus: number) =>
  bucket.refusals.set(`PutObject ${STATUS}`, s3Error(name, httpStatus));

test('the first record of a job takes no place but an empty one', async () => {
  await writeRecord(bucket.s3, { bucket: 'jobs', status: status({ state: 'FAILED' }), log: 'log' });
  expect(bucket.puts()).toMatchObject([
    { Key: LOG, ContentType: 'text/plain; charset=utf-8' },
    { Key: STATUS, ContentType: 'application/json', IfNoneMatch: '*' },
  ]);
});

test('a record that another comes before five times is given up', async () => {
  refusal('PreconditionFailed', 412);
  await expect(writeRecord(bucket.s3, { bucket: 'jobs', status: status() })).rejects.toThrow(STATUS);
  expect(writes()).toHaveLength(5);
});

test('a status of a megabyte is read, and none of a byte more', async () => {
  const text = (size: number) => JSON.stringify(status()).padEnd(size);
  bucket.put(STATUS, text(1024 * 1024));
  expect(await readStatus(bucket.s3, 'jobs', 'may')).toMatchObject({ kind: 'status', status: status() });
  bucket.put(STATUS, text(1024 * 1024 + 1));
  expect(await readStatus(bucket.s3, 'jobs', 'may')).toEqual({ kind: 'unreadable', etag: '2' });
});

test.each(['i-1', null])(
  'a stop of a job that runs on %s is written over what was read, and its log left to the runner',
  async (id) => {
    put({ instance_id: id });
    expect(await cancel()).toMatchObject({ kind: 'cancelled' });
    expect(writes()).toEqual([{ Key: STATUS, IfMatch: '1', IfNoneMatch: undefined }]);
  },
);

test('of a job that waits for its next attempt the stop writes the log too', async () => {
  put({ state: 'WAITING' });
  await cancel();
  expect(writes().map(({ Key }) => Key)).toContain(LOG);
});

test('a stop whose status changes ten times meanwhile is given up', async () => {
  put();
  refusal('PreconditionFailed', 412);
  await expect(cancel()).rejects.toThrow('stop the job again');
  expect(writes()).toHaveLength(10);
  refusal('AccessDenied', 403);
  await expect(cancel()).rejects.toThrow('AccessDenied');
});

test('of the run that a job line names the status is kept, and that of an older run is not', async () => {
  put({ git_commit: 'c0ffee' });
  expect(await cancel({ run: RUN })).toMatchObject({ status: { git_commit: 'c0ffee' }, run: { attempt: 1 } });
  put({ git_commit: 'c0ffee', attempt: 2 });
  expect(await cancel({ run: RUN })).toMatchObject({ status: { git_commit: 'c0ffee' }, run: { attempt: 2 } });
  put({ git_commit: 'c0ffee' });
  const { status: next } = (await cancel({ run: { ...RUN, attempt: 2 } })) as { status: Status };
  expect([next.attempt, next.git_commit]).toEqual([2, undefined]);
});
