import { parseJobLineTags } from '../../../contract/job-line-tags';
import type { Status } from '../../../contract/status';
import { endInstancesOf } from '../../../lambda/guard/end-instances';
import { asJobInstance } from '../../../lambda/guard/job-instance';
import { type Cancellation, cancelJob } from '../../../lambda/shared/cancel-job';
import { CONSOLE, type GuardWorld, input, SCHEDULE, SEQUENCER, startGuardWorld } from '../guard/fixture';
import { BUCKET, body } from '../launch/fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

const NOW = Date.parse('2026-11-24T12:30:00Z');
const MESSAGE = 'Ann stopped the job at 2026-11-24T12:30:00Z';
const LOG = 'app_runner/output/may_ec2.log';
const CANCELLED = { state: 'FAILED', reason: 'CANCELLED', message: MESSAGE } as const;
const RUN = { bucket: BUCKET, key: input('may'), versionId: 'v1', sequencer: SEQUENCER, attempt: 1 };
const upload = (attempt?: number, sequencer = SEQUENCER) =>
  body({ key: input('may'), versionId: 'v1', sequencer, ...(attempt && { attempt }) });

const cancel = (more: Partial<Cancellation> = {}) =>
  cancelJob(world.s3, { bucket: BUCKET, jobId: 'may', who: 'Ann', now: NOW, ...more });
const end = () => endInstancesOf(world.ec2, world.dependencies.env, RUN);
const put = (state: Status['state'], more: Partial<Status> = {}) =>
  world.putStatus({ job_id: 'may', state, input_key: input('may'), input_version: 'v1', ...more });

test('a running job keeps all that is known of it', async () => {
  const launched = new Date(NOW - 600_000).toISOString();
  const updated = new Date(NOW - 300_000).toISOString();
  const known = {
    instance_id: 'i-1',
    git_commit: 'c0ffee',
    started: launched,
    phases: [{ name: 'boot', start: launched, seconds: 9 }],
    cost_estimate_usd: 0.02,
    updated,
    from_the_future: 1,
  };
  await put('RUNNING', known);
  const ended = '2026-11-24T12:30:00Z';
  const expected = { ...known, ...CANCELLED, ended, updated: ended, cost_estimate_usd: 0.04, exit_code: null };
  expect(await cancel()).toMatchObject({ kind: 'cancelled', status: expected, run: RUN });
  expect(await world.status('may')).toMatchObject(expected);
  // Its log is the runner's to end.
  expect(await world.text(LOG)).toBeUndefined();
});

test('a waiting job gets its log too, and no delivery of its message launches it', async () => {
  world.ec2Service.failNext({ action: 'RunInstances', code: 'VcpuLimitExceeded' });
  await world.deliver([upload()]);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING' });
  expect(await cancel()).toMatchObject({ kind: 'cancelled', run: RUN });
  expect(await world.deliver([upload()], 2)).toEqual({ batchItemFailures: [] });
  expect(await world.instances()).toEqual([]);
  expect(await world.status('may')).toMatchObject(CANCELLED);
  expect(await world.text(LOG)).toBe(`2026-11-24T12:30:00Z lambda-ec2 stop: CANCELLED: ${MESSAGE}\n`);
});

test('of a launch that is refused at that moment the cancelled record stays', async () => {
  await put('WAITING');
  await cancel();
  world.ec2Service.failNext({ action: 'RunInstances', code: 'VcpuLimitExceeded' });
  expect(await world.deliver([upload()])).toEqual({ batchItemFailures: [] });
  expect(await world.status('may')).toMatchObject(CANCELLED);
});

test('an instance that was on its way is ended, and the guard leaves the record as it is', async () => {
  await put('WAITING');
  await world.launchJob('may');
  await cancel();
  const ids = await end();
  expect(ids).toHaveLength(1);
  const before = await world.text(LOG);
  await world.stateChanged(ids[0] as string, 'shutting-down');
  await world.stateChanged(ids[0] as string);
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toMatchObject(CANCELLED);
  expect([await world.text(LOG), world.sent, world.notices]).toEqual([before, [], []]);
});

test('a job that ended by itself in the same moment keeps its own end', async () => {
  await put('SUCCEEDED');
  expect(await cancel()).toMatchObject({ kind: 'ended', status: { state: 'SUCCEEDED' } });
  expect(await world.status('may')).toMatchObject({ state: 'SUCCEEDED' });
});

test('a status that changes meanwhile is judged anew', async () => {
  await put('RUNNING', { instance_id: 'i-1' });
  world.s3Service.failNext({ method: 'PUT', keyPattern: /_status/, status: 412, code: 'PreconditionFailed', count: 2 });
  expect(await cancel()).toMatchObject({ kind: 'cancelled' });
});

test('repeating it changes nothing and says that the job has ended', async () => {
  await put('RUNNING', { instance_id: 'i-1' });
  await cancel();
  expect(await cancel({ who: 'Bob' })).toMatchObject({ kind: 'ended', status: CANCELLED });
});

test('a job of which nobody has written anything is cancelled by its job line', async () => {
  expect(await cancel()).toEqual({ kind: 'none' });
  await put('SUCCEEDED', { input_sequencer: '00' });
  await world.put('app_runner/output/may.zip', 'of an older run');
  const id = await world.launchJob('may');
  const instance = (await world.instances()).find(({ InstanceId }) => InstanceId === id);
  const run = asJobInstance(instance ?? {}, world.dependencies.env)?.job;
  expect(run).toEqual(parseJobLineTags(Object.fromEntries(instance?.Tags?.map((t) => [t.Key, t.Value]) ?? [])));
  expect(await cancel({ run })).toMatchObject({ kind: 'cancelled', run: RUN });
  expect(await world.status('may')).toMatchObject({ ...CANCELLED, input_key: input('may'), input_version: 'v1' });
  expect(await world.text('app_runner/output/may.zip')).toBeUndefined();
});

test('a status that cannot be read is left as it is', async () => {
  await world.put('app_runner/output/may_status.json', 'garbage');
  expect(await cancel({ run: RUN })).toEqual({ kind: 'unreadable' });
  expect(await world.text('app_runner/output/may_status.json')).toBe('garbage');
});

test('an interrupted job that waits for its second attempt gets none', async () => {
  const id = await world.launchJob('may');
  await put('RUNNING', { instance_id: id });
  world.ec2Service.instanceEnded(id, 'spot-interruption');
  await world.stateChanged(id);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING', attempt: 2 });
  await cancel();
  await world.deliver([upload(2)]);
  expect((await world.instances()).map(({ State }) => State?.Name)).toEqual(['terminated']);
  expect(await world.status('may')).toMatchObject({ ...CANCELLED, attempt: 2 });
});

test('nor does one that is cancelled between its interruption and the second attempt', async () => {
  const id = await world.launchJob('may');
  await put('RUNNING', { instance_id: id });
  const { send } = world.dependencies;
  world.dependencies.send = async (text, seconds) => {
    await send(text, seconds);
    await cancel();
  };
  world.ec2Service.instanceEnded(id, 'spot-interruption');
  await world.stateChanged(id);
  expect(world.sent).toHaveLength(1);
  expect(await world.status('may')).toMatchObject({ ...CANCELLED, attempt: 1 });
  await world.deliver([upload(2)]);
  expect(await world.instances()).toHaveLength(1);
  await world.deadLetter(upload(2));
  expect(await world.status('may')).toMatchObject({ ...CANCELLED, attempt: 1 });
  expect(world.notices).toEqual([]);
});

test('a second attempt that was launched meanwhile starts no third', async () => {
  await put('RUNNING', { instance_id: 'i-1' });
  const id = await world.launchJob('may', 2);
  await cancel();
  world.ec2Service.instanceEnded(id, 'host-failure');
  await world.stateChanged(id);
  expect([world.sent, world.notices]).toEqual([[], []]);
  expect(await world.status('may')).toMatchObject({ ...CANCELLED, attempt: 1 });
});

test('the next upload of the job is a job like any other', async () => {
  await put('RUNNING', { instance_id: 'i-1' });
  await cancel();
  await world.deliver([upload(undefined, `${SEQUENCER}FF`)], 2);
  expect(await world.instances()).toHaveLength(1);
});

test('a runner that could not end its log gets an end by the guard, once', async () => {
  const id = await world.launchJob('may');
  await put('RUNNING', { instance_id: id });
  await world.put(LOG, 'the app began\n');
  await cancel();
  expect(await end()).toEqual([id]);
  await world.stateChanged(id);
  const log = await world.text(LOG);
  expect(log).toMatch(
    new RegExp(`^the app began\n.*guard: CANCELLED: ${MESSAGE}\n.*EC2 on the end of ${id}: Client.U`),
  );
  expect(log).toContain(CONSOLE);
  await world.stateChanged(id);
  expect(await world.text(LOG)).toBe(log);
  expect(await world.status('may')).toMatchObject(CANCELLED);
  expect([world.sent, world.notices]).toEqual([[], []]);
});

test('one that had none gets one, also when EC2 has taken the tags off by then', async () => {
  const id = await world.launchJob('may');
  await put('RUNNING', { instance_id: id });
  await cancel();
  await world.stateChanged(id, 'shutting-down');
  await end();
  world.forgotten.set(id, 'no tags');
  await world.stateChanged(id);
  expect(await world.text(LOG)).toMatch(/guard: CANCELLED: Ann stopped/);
  expect(await world.status('may')).toMatchObject(CANCELLED);
});

test('a log that the runner has ended stays', async () => {
  const id = await world.launchJob('may');
  await put('RUNNING', { instance_id: id });
  await cancel();
  await world.put(LOG, `the app began\n2026-11-24T12:30:02Z job failed: CANCELLED: ${MESSAGE}\n`);
  await end();
  await world.stateChanged(id);
  expect(await world.text(LOG)).toMatch(/Z\n$/);
});

test('a log that the next upload writes meanwhile stays', async () => {
  const id = await world.launchJob('may');
  await put('RUNNING', { instance_id: id });
  await cancel();
  await end();
  world.s3Service.failNext({ method: 'PUT', keyPattern: /_ec2/, status: 412, code: 'PreconditionFailed' });
  await world.stateChanged(id);
  expect(await world.text(LOG)).toBeUndefined();
});
