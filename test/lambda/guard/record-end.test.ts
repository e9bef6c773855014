import { concludeJob } from '../../../lambda/guard/conclude-job';
import { parseDelivery } from '../../../lambda/shared/upload-event';
import { INTERRUPTED, instanceOf, JOB, KEYS, status, stubGuard } from './stub-guard';

const LAST = { ...JOB, attempt: 2 };

test('an interrupted job is put back into the queue, and its status says so', async () => {
  const world = stubGuard();
  world.putStatus(status('RUNNING', { submitted: '2026-11-26T11:00:00.000Z' }));
  expect(await concludeJob(world.deps, instanceOf(JOB, INTERRUPTED))).toBe(true);
  const next = { ...JOB, attempt: 2, submitted: '2026-11-26T11:00:00.000Z' };
  expect(world.sent.map(({ body }) => parseDelivery(body))).toEqual([
    { kind: 'uploads', uploads: [next], ignoredRecords: [] },
  ]);
  const why = 'EC2 took the Spot instance back (Server.SpotInstanceTermination); attempt 2 of 2 follows';
  expect(world.events).toEqual([['warn job.requeued', { instanceId: 'i-1', jobId: 'may', why, result: 'written' }]]);
  expect(world.record()).toMatchObject({ state: 'WAITING', reason: 'INTERRUPTED', message: why, attempt: 2 });
  expect(world.record()).toMatchObject({ submitted: next.submitted, updated: '2026-11-26T12:00:00.000Z' });
  expect(world.notices).toEqual([]);
});

test('a job that is over gets its record, and people are told', async () => {
  const world = stubGuard();
  world.putStatus(status('RUNNING'));
  expect(await concludeJob(world.deps, instanceOf())).toBe(true);
  expect(world.events).toEqual([['warn failure.recorded', { jobId: 'may', reason: 'LOST', instanceId: 'i-1' }]]);
  expect(world.notices.map(({ subject }) => subject)).toEqual(['lambda-ec2: job failed (LOST)']);
});

test('a job whose record is written by another meanwhile keeps that one, and nobody is told', async () => {
  const world = stubGuard();
  world.putStatus(status('RUNNING'));
  world.hooks.console = () => world.putStatus(status('SUCCEEDED'));
  expect(await concludeJob(world.deps, instanceOf())).toBe(true);
  expect(world.record()).toMatchObject({ state: 'SUCCEEDED' });
  const facts = { jobId: 'may', reason: 'LOST', instanceId: 'i-1', result: 'kept' };
  expect(world.events).toEqual([['info record.kept', facts]]);
  expect(world.notices).toEqual([]);
});

test('the log of a run that never began is its own alone: what lies there is of an earlier one', async () => {
  const world = stubGuard();
  world.bucket.put(KEYS.ec2Log, 'of an earlier run\n');
  await concludeJob(world.deps, instanceOf(LAST));
  expect(world.bucket.text(KEYS.ec2Log)).toMatch(/^2026-11-26T12:00:00.000Z lambda-ec2 guard: LOST: /);
});

test('the log of a run that began goes on from what it had pushed', async () => {
  const world = stubGuard();
  world.putStatus(status('RUNNING'));
  world.bucket.put(KEYS.ec2Log, 'the app began\n');
  await concludeJob(world.deps, instanceOf());
  expect(world.bucket.text(KEYS.ec2Log)).toMatch(/^the app began\n2026-11-26T12:00:00.000Z lambda-ec2 guard: LOST: /);
});

test('a final record that was written over is put back', async () => {
  const world = stubGuard();
  world.putStatus(status('SUCCEEDED'));
  world.bucket.put(KEYS.status, 'no status');
  expect(await concludeJob(world.deps, instanceOf(JOB, INTERRUPTED))).toBe(true);
  expect(world.record()).toEqual(status('SUCCEEDED'));
  const facts = { instanceId: 'i-1', jobId: 'may', state: 'SUCCEEDED', result: 'written' };
  expect(world.events).toEqual([['warn record.restored', facts]]);
});
