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

const UNREADABLE: [what: string, text: string][] = [
  ['an empty one', ''],
  ['garbage', 'no JSON'],
  ['half of one', JSON.stringify(status({})).slice(0, 40)],
  ['one of another job', JSON.stringify(status({ job_id: 'june' }))],
  ['one that would be the newest for ever', JSON.stringify(status({ input_sequencer: 'zz' }))],
  ['one beyond all measure', JSON.stringify(status({ message: 'x'.repeat(2_000_000) }))],
];

test.each(UNREADABLE)(
  'a status that cannot be read (%s) gives way to a record, and nothing beside it',
  async (_, text) => {
    await world.put(STATUS, text);
    await world.put('app_runner/output/may.zip', 'its own');
    await world.put('app_runner/output/may_app.log', 'its own');
    expect(await readStatus(world.s3, BUCKET, 'may')).toMatchObject({ kind: 'unreadable' });
    expect(await write({})).toBe('written');
    expect(await world.status('may')).toEqual(status({}));
    expect(await world.text('app_runner/output/may.zip')).toBe('its own');
    expect(await world.text('app_runner/output/may_app.log')).toBe('its own');
  },
);

test('the record of a job without an instance says that outputs beside it may be of another run', async () => {
  await world.put(STATUS, '');
  await write({ instance_id: null, message: 'Refused; deploy again' });
  expect((await world.status('may'))?.message).toMatch(/^Refused; deploy again; the status that was here could not/);
});

test.each([
  ['denied', 403, 'AccessDenied'],
  ['not answered', 503, 'SlowDown'],
])('a status whose reading is %s stops everything, for now', async (_, code, name) => {
  await standing({ input_sequencer: '01' });
  await world.put('app_runner/output/may.zip', 'old');
  world.s3Service.failNext({ method: 'GET', keyPattern: /_status/, status: code, code: name });
  await expect(write({ input_sequencer: '0B' })).rejects.toThrow();
  expect(await world.text('app_runner/output/may.zip')).toBe('old');
  expect(await world.status('may')).toMatchObject({ input_sequencer: '01' });
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
