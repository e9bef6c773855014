import type { Status } from '../../../contract/status';
import { giveUp } from '../../../lambda/guard/give-up-job';
import { described, JOB, KEYS, status, stubGuard } from './stub-guard';

const FACTS = { key: JOB.key, versionId: 'v1', attempt: 1 };
const KEY = { jobId: 'may', templateVersion: '7' };
const ADVICE = 'see whatever lies beside this status before you upload the input again (lambda-ec2 rerun)';

/** Gives up the job beside versions of its status; `taken`: the last one was deleted. */
async function given(
  versions: (Status | string)[] = [],
  { taken = false, refusal = undefined as string | undefined } = {},
) {
  const world = stubGuard();
  for (const one of versions) world.bucket.put(KEYS.status, typeof one === 'string' ? one : JSON.stringify(one));
  if (taken) world.bucket.remove(KEYS.status);
  await giveUp(world.deps, JOB, KEY, refusal);
  return world;
}

test('an upload that never got an instance has failed for want of one', async () => {
  const { record, bucket, events, notices } = await given();
  const message =
    'The job could not be launched; look at the log of the launch function, then upload the input again (lambda-ec2 rerun)';
  expect(record()).toMatchObject({
    state: 'FAILED',
    reason: 'LAUNCH_REFUSED',
    message,
    template_version: '7',
    instance_id: null,
  });
  expect(bucket.text(KEYS.ec2Log)).toBe(`2026-11-26T12:00:00.000Z lambda-ec2 launch: LAUNCH_REFUSED: ${message}\n`);
  expect(events).toEqual([['error dead_letter.recorded', { ...FACTS, jobId: 'may', reason: 'LAUNCH_REFUSED' }]]);
  expect(notices.map(({ subject }) => subject)).toEqual(['lambda-ec2: job failed (LAUNCH_REFUSED)']);
});

test('one that waited has failed for what it waited for', async () => {
  const { record } = await given([status('WAITING', { reason: 'NO_CAPACITY', message: 'EC2 has no room' })]);
  expect(record()).toMatchObject({ state: 'FAILED', reason: 'NO_CAPACITY' });
  expect(record()?.message).toMatch(/^The job could not be launched \(EC2 has no room\); look/);
});

test('one that waited for a reason not given, too', async () => {
  const { record } = await given([status('WAITING')]);
  expect(record()).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
});

test('a refusal is the reason, in its own words', async () => {
  const { record } = await given([], { refusal: 'template=x names no version' });
  expect(record()).toMatchObject({ reason: 'LAUNCH_REFUSED', message: 'template=x names no version' });
});

test('one whose claim somebody took away is lost', async () => {
  const { record, events } = await given([status('RUNNING')], { taken: true });
  const message = `An instance began the job and is gone, and its status was taken away; ${ADVICE}`;
  expect(record()).toMatchObject({ state: 'FAILED', reason: 'LOST', message });
  expect(events).toEqual([['error dead_letter.recorded', { ...FACTS, jobId: 'may', reason: 'LOST' }]]);
});

test('one whose status cannot be read is lost', async () => {
  const { record } = await given(['no status']);
  expect(record()).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  expect(record()?.message).toContain(
    `Whether an instance did the job is not known, because its status could not be read; ${ADVICE}`,
  );
});

test('one that has an instance is left to it', async () => {
  const world = stubGuard({ instances: [described()] });
  await giveUp(world.deps, JOB, KEY);
  const why = 'the job has an instance';
  expect(world.events).toEqual([['info dead_letter.skipped', { ...FACTS, why, instanceId: 'i-1' }]]);
  expect(world.bucket.asked).toEqual([]);
});

test('one that has its record is done', async () => {
  const { events, bucket, notices } = await given([status('SUCCEEDED')]);
  expect(events).toEqual([['info dead_letter.skipped', { ...FACTS, why: 'the job has its record' }]]);
  expect([bucket.puts(), notices]).toEqual([[], []]);
});

test.each([
  ['that says it runs', status('RUNNING'), 'LOST', 'kept'],
  ['of a newer upload', status('RUNNING', { input_sequencer: '0B' }), 'LAUNCH_REFUSED', 'superseded'],
] as const)('a status %s stays', async (_, stored, reason, result) => {
  const { events, record, notices } = await given([stored]);
  expect(record()).toEqual(stored);
  expect(events).toEqual([['info record.kept', { jobId: 'may', reason, result }]]);
  expect(notices).toEqual([]);
});
