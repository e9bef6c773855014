import type { Instance } from '@aws-sdk/client-ec2';
import { jobToken } from '../../../contract/token';
import { concludeJob } from '../../../lambda/guard/conclude-job';
import { described, INTERRUPTED, instanceOf, JOB, KEYS, status, stubGuard } from './stub-guard';

const FACTS = { instanceId: 'i-1', key: JOB.key, attempt: 1 };
const POWERED_OFF = { ...FACTS, stateReason: 'Client.InstanceInitiatedShutdown' };
const TAKEN_BACK = { ...FACTS, stateReason: 'Server.SpotInstanceTermination' };
const NEWER = { ...JOB, versionId: 'v2', sequencer: '0B' };
const running = (id: string, state: 'pending' | 'running' | 'stopped' = 'running'): Partial<Instance> => ({
  InstanceId: id,
  State: { Name: state },
});

test('an instance whose tags name no job, or a key that is none, is done with', async () => {
  const refused = { ...JOB, key: 'app_runner/input/template=x/may.zip' };
  const world = stubGuard();
  expect(await concludeJob(world.deps, instanceOf(refused))).toBe(true);
  expect(await concludeJob(world.deps, { ...instanceOf(), job: undefined })).toBe(true);
  expect(world.events).toEqual([
    ['error instance.job_unknown', { ...POWERED_OFF, key: refused.key }],
    ['error instance.job_unknown', { ...POWERED_OFF, key: undefined, attempt: undefined }],
  ]);
  expect(world.bucket.asked).toEqual([]);
});

test('a job with its final record is done with', async () => {
  const world = stubGuard();
  world.putStatus(status('SUCCEEDED'));
  expect(await concludeJob(world.deps, instanceOf())).toBe(true);
  expect(world.events).toEqual([['info instance.skipped', { ...POWERED_OFF, why: 'its status is SUCCEEDED' }]]);
  expect(world.bucket.puts()).toEqual([]);
});

test('a job that another instance runs is looked at again', async () => {
  const world = stubGuard();
  world.putStatus(status('RUNNING', { instance_id: 'i-2' }));
  expect(await concludeJob(world.deps, instanceOf())).toBe(false);
  expect(world.events).toEqual([['info instance.skipped', { ...POWERED_OFF, why: 'instance i-2 runs the job' }]]);
});

test.each(['RUNNING', 'FAILED'] as const)('a job is done with when a newer upload has the status %s', async (state) => {
  const world = stubGuard();
  world.putStatus(status(state, { input_sequencer: '0B', instance_id: 'i-2' }));
  expect(await concludeJob(world.deps, instanceOf())).toBe(true);
  const why = 'a newer upload or attempt has taken its place';
  expect(world.events).toEqual([['info instance.skipped', { ...POWERED_OFF, why }]]);
});

describe('an interruption that a runner recorded', () => {
  const interrupted = status('FAILED', { reason: 'INTERRUPTED' });

  test.each(['INTERRUPTED', 'LOST'] as const)('as %s by the instance that has ended begins again', async (reason) => {
    const world = stubGuard();
    world.putStatus({ ...interrupted, reason });
    expect(await concludeJob(world.deps, instanceOf(JOB, INTERRUPTED))).toBe(true);
    expect(world.sent).toHaveLength(1);
  });

  test('by another instance stays', async () => {
    const world = stubGuard();
    world.putStatus({ ...interrupted, instance_id: 'i-2' });
    expect(await concludeJob(world.deps, instanceOf(JOB, INTERRUPTED))).toBe(true);
    expect(world.events).toEqual([['info instance.skipped', { ...TAKEN_BACK, why: 'its status is FAILED' }]]);
    expect(world.sent).toEqual([]);
  });

  test('stays when the instance was not taken away by EC2, or this was the last attempt', async () => {
    const world = stubGuard();
    world.putStatus(interrupted);
    await concludeJob(world.deps, instanceOf());
    world.putStatus({ ...interrupted, attempt: 2 });
    await concludeJob(world.deps, instanceOf({ ...JOB, attempt: 2 }, INTERRUPTED));
    const why = 'its status is FAILED';
    expect(world.events).toEqual([
      ['info instance.skipped', { ...POWERED_OFF, why }],
      ['info instance.skipped', { ...TAKEN_BACK, attempt: 2, why }],
    ]);
  });
});

describe('while another instance has the same run', () => {
  const conclude = async (...others: Partial<Instance>[]) => {
    const world = stubGuard({ instances: others.map((one) => described(JOB, one)) });
    world.putStatus(status('RUNNING'));
    return { ...world, isDone: await concludeJob(world.deps, instanceOf()) };
  };

  test.each(['pending', 'running'] as const)('that is %s, the job is left to it', async (state) => {
    const { isDone, events, bucket, described: asked } = await conclude(running('i-2', state));
    expect(isDone).toBe(false);
    expect(events).toEqual([['info instance.replaced', POWERED_OFF]]);
    expect(bucket.puts()).toEqual([]);
    expect(asked).toEqual([['lambda-ec2', 'lt-1', jobToken(JOB)]]);
  });

  test('that has ended too, or EC2 still shows the ended one as running, the job gets its record', async () => {
    const { isDone, record } = await conclude(running('i-2', 'stopped'), running('i-1'));
    expect(isDone).toBe(true);
    expect(record()).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  });
});

describe('what is known of an instance for a newer upload', () => {
  const unversioned = { ...JOB, versionId: '' };
  const conclude = async (job: typeof JOB, newer: Instance) => {
    const world = stubGuard({ instances: [described({ ...JOB, key: 'broken' }, running('i-3')), newer] });
    if (job.versionId) world.putStatus(status('RUNNING'));
    return { ...world, isDone: await concludeJob(world.deps, instanceOf(job)) };
  };
  const newer = described(NEWER, running('i-2'));

  test('counts where no record can tell', async () => {
    const { isDone, events } = await conclude(unversioned, newer);
    expect(isDone).toBe(true);
    const why = 'a newer upload or attempt has taken its place';
    expect(events).toEqual([['info instance.skipped', { ...POWERED_OFF, why }]]);
  });

  test('does not when it is of another job, or this very run', async () => {
    const june = { ...NEWER, key: 'app_runner/input/june.zip' };
    for (const other of [june, unversioned]) {
      const { record } = await conclude(unversioned, described(other, running('i-2', 'stopped')));
      expect(record()).toMatchObject({ state: 'FAILED', reason: 'LOST' });
    }
  });

  test('does not beside the record of this run', async () => {
    const { record, described: asked } = await conclude(JOB, newer);
    expect(record()).toMatchObject({ state: 'FAILED', reason: 'LOST', input_sequencer: '0A' });
    expect(asked).toEqual([['lambda-ec2', 'lt-1', jobToken(JOB)]]);
  });

  test('is not asked for when the versions of the status tell that there was none', async () => {
    const world = stubGuard();
    await concludeJob(world.deps, instanceOf());
    expect(world.sent).toHaveLength(1);
    expect(world.described).toEqual([['lambda-ec2', 'lt-1', jobToken(JOB)]]);
  });
});

describe('of a job that somebody has stopped', () => {
  const stopped = status('FAILED', { reason: 'CANCELLED', message: 'Somebody stopped it' });
  const conclude = async (more: Partial<typeof stopped>) => {
    const world = stubGuard();
    world.putStatus({ ...stopped, ...more });
    world.bucket.put(KEYS.output, 'of an earlier run', { metadata: { 'instance-id': 'i-0' } });
    expect(await concludeJob(world.deps, instanceOf())).toBe(true);
    return world;
  };

  test('the log is ended, and what an earlier run left is taken away', async () => {
    const { bucket, events } = await conclude({});
    expect(bucket.text(KEYS.output)).toBeUndefined();
    expect(bucket.text(KEYS.ec2Log)).toContain('CANCELLED: Somebody stopped it');
    expect(events.map(([event]) => event)).toEqual(['info log.ended', 'info instance.skipped']);
  });

  test.each([
    ['another instance ran', { instance_id: 'i-2' }],
    ['has failed by itself', { reason: 'APP_FAILED' }],
    ['was uploaded anew', { input_sequencer: '0B' }],
  ] as const)('nothing is ended when it %s', async (_, more) => {
    const { bucket } = await conclude(more);
    expect(bucket.puts()).toEqual([]);
    expect(bucket.text(KEYS.output)).toBe('of an earlier run');
  });
});
