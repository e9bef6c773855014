import type { Status } from '../../../contract/status';
import { type JobRecord, readStatus, writeRecord } from '../../../lambda/shared/record';
import { BUCKET, startWorld, type World } from '../launch/fixture';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const STATUS = 'app_runner/output/may_status.json';
const status = (more: Partial<Status>): Status => ({
  job_id: 'may',
  state: 'FAILED',
  message: 'm',
  exit_code: null,
  attempt: 1,
  input_sequencer: '0A',
  instance_id: 'i-1',
  ...more,
});
const write = (more: Partial<Status>, record: Partial<JobRecord> = {}) =>
  writeRecord(world.s3, { bucket: BUCKET, status: status(more), ...record });
const standing = (more: Partial<Status>) => world.put(STATUS, JSON.stringify(status(more)));

test('the first record of a job is written, its log before its status', async () => {
  world.s3Service.failNext({ method: 'PUT', keyPattern: /_status/, status: 500, code: 'InternalError' });
  await expect(write({}, { log: 'log' })).rejects.toThrow();
  expect(await world.text('app_runner/output/may_ec2.log')).toBe('log');
  expect(await write({}, { log: 'log' })).toBe('written');
});

test.each([
  ['WAITING', false, 'written'],
  ['WAITING', true, 'written'],
  ['RUNNING', false, 'kept'],
  ['RUNNING', true, 'written'],
  ['SUCCEEDED', true, 'kept'],
  ['FAILED', true, 'kept'],
] as const)('over %s of the same run, with overRunning %s: %s', async (state, overRunning, result) => {
  await standing({ state });
  expect(await write({}, { overRunning })).toBe(result);
});

test('RUNNING of another instance stays: that one still has the job', async () => {
  await standing({ state: 'RUNNING', instance_id: 'i-2' });
  expect(await write({}, { overRunning: true })).toBe('kept');
});

test('a newer run stays, an older one gives way with its outputs', async () => {
  await standing({ state: 'WAITING', attempt: 2 });
  expect(await write({})).toBe('superseded');
  await world.put('app_runner/output/may.zip', 'old');
  await world.put('app_runner/output/may_app.log', 'old');
  expect(await write({ input_sequencer: '0B' })).toBe('written');
  expect(await world.text('app_runner/output/may.zip')).toBeUndefined();
  expect(await world.text('app_runner/output/may_app.log')).toBeUndefined();
});

test('what cannot be read is no record', async () => {
  await world.put(STATUS, 'no JSON');
  expect((await readStatus(world.s3, BUCKET, 'may'))?.status).toBeUndefined();
  expect(await write({})).toBe('written');
});

test('a lost race is judged anew', async () => {
  world.s3Service.failNext({ method: 'PUT', keyPattern: /_status/, status: 409, code: 'ConditionalRequestConflict' });
  expect(await write({})).toBe('written');
  world.s3Service.failNext({
    method: 'PUT',
    keyPattern: /_status/,
    status: 412,
    code: 'PreconditionFailed',
    count: 9,
  });
  await expect(write({ attempt: 2 })).rejects.toThrow();
});
