import type { Instance } from '@aws-sdk/client-ec2';
import { concludeByTombstone, sweepTombstones } from '../../../lambda/guard/tombstones';
import { s3Error } from './memory-bucket';
import { described, INTERRUPTED, instanceOf, JOB, KEYS, NOW, status, stubGuard } from './stub-guard';

const keyOf = (id: string) => `app_runner/guard/${id}.json`;
const OLD = { written: new Date(NOW - 120_000) };
const ENDED = { reason: 'LOST', state: 'FAILED', instance_id: 'i-1' };

/** A guard whose bucket has the tombstone of the instance and its claim; EC2 shows the instances given. */
function withTombstone(instances: Instance[] = [], more: Partial<Instance> = {}, options = OLD) {
  const world = stubGuard({ instances });
  world.putStatus(status('RUNNING'));
  world.bucket.put(keyOf('i-1'), JSON.stringify(instanceOf(JOB, more)), options);
  const tombstone = () => world.bucket.text(keyOf('i-1'));
  return { ...world, tombstone };
}

describe('the job of an instance without tags', () => {
  const shown = (more: Partial<Instance>) => ({ InstanceId: 'i-1', State: { Name: 'terminated' as const }, ...more });
  const conclude = async (now: Instance | undefined, before: Partial<Instance> = {}) => {
    const world = withTombstone([], before);
    const isDone = await concludeByTombstone(world.deps, 'i-1', now);
    return { ...world, isDone };
  };

  test('is concluded by the tombstone alone when EC2 shows the instance no more', async () => {
    const { isDone, record } = await conclude(undefined);
    expect(isDone).toBe(true);
    expect(record()).toMatchObject(ENDED);
  });

  test('is concluded by the reason that EC2 gives at last', async () => {
    const { record } = await conclude(shown({ StateReason: { Code: 'Server.SpotInstanceTermination' } }));
    expect(record()).toMatchObject({
      state: 'WAITING',
      message: 'EC2 took the Spot instance back (Server.SpotInstanceTermination); attempt 2 of 2 follows',
    });
  });

  test('is concluded by the reason of before when EC2 gives none', async () => {
    const { record } = await conclude(shown({}), INTERRUPTED);
    expect(record()).toMatchObject({ state: 'WAITING', reason: 'INTERRUPTED' });
  });

  test.each([
    ['Client.InstanceInitiatedShutdown (now)', /\(now\)/],
    ['', /\(before\)/],
    [undefined, /\(before\)/],
  ])('has the transition that EC2 tells, else that of before: %j', async (StateTransitionReason, expected) => {
    const before = { StateTransitionReason: 'Client.InstanceInitiatedShutdown (before)' };
    const { bucket } = await conclude(shown({ StateTransitionReason }), before);
    expect(bucket.text(KEYS.ec2Log)).toMatch(expected);
  });

  test('is not known without a readable tombstone', async () => {
    const { deps, bucket } = stubGuard();
    expect(await concludeByTombstone(deps, 'i-1')).toBeUndefined();
    bucket.put(keyOf('i-1'), '{}');
    expect(await concludeByTombstone(deps, 'i-1')).toBe('unreadable');
  });
});

describe('the sweep', () => {
  test('concludes the job of a tombstone that has lain there for two minutes, and removes it quietly', async () => {
    const { deps, record, tombstone, notices, events } = withTombstone();
    await sweepTombstones(deps);
    expect(record()).toMatchObject(ENDED);
    expect(tombstone()).toBeUndefined();
    expect(notices.map(({ subject }) => subject)).toEqual(['lambda-ec2: job failed (LOST)']);
    expect(events.map(([event]) => event)).toEqual(['warn failure.recorded']);
  });

  test.each<[string, Instance[], { written: Date }]>([
    ['is younger than that', [], { written: new Date(NOW - 119_999) }],
    ['is of an instance that has not ended', [described(JOB, { State: { Name: 'shutting-down' } })], OLD],
    ['is of an instance of which EC2 does not tell the state', [{ InstanceId: 'i-1' }], OLD],
  ])('leaves one that %s', async (_, instances, written) => {
    const { deps, record, tombstone } = withTombstone(instances, {}, written);
    await sweepTombstones(deps);
    expect(record()).toMatchObject({ state: 'RUNNING' });
    expect(tombstone()).toBeDefined();
  });

  test('leaves one whose job another instance has', async () => {
    const { deps, tombstone, events } = withTombstone([
      described(),
      described(JOB, { InstanceId: 'i-2', State: { Name: 'running' } }),
    ]);
    await sweepTombstones(deps);
    expect(events.map(([event]) => event)).toEqual(['info instance.replaced']);
    expect(tombstone()).toBeDefined();
  });

  test('needs no tombstone that can be read while EC2 still shows the tags', async () => {
    const { deps, bucket, record, tombstone, events } = withTombstone([described()]);
    bucket.put(keyOf('i-1'), 'no JSON', OLD);
    await sweepTombstones(deps);
    expect(record()).toMatchObject(ENDED);
    expect(events.map(([event]) => event)).toEqual(['warn failure.recorded']);
    expect(tombstone()).toBeUndefined();
  });

  test('tells people of one that cannot be read', async () => {
    const { deps, bucket, tombstone, events, notices } = withTombstone();
    bucket.put(keyOf('i-1'), 'no JSON', OLD);
    await sweepTombstones(deps);
    expect(events).toEqual([['error tombstone.unreadable', { instanceId: 'i-1' }]]);
    expect(notices.map(({ subject }) => subject)).toEqual(['lambda-ec2: a job may have no record']);
    expect(tombstone()).toBeUndefined();
  });

  test('goes on after those that fail, and names them at the end', async () => {
    const { deps, bucket, events, tombstone } = withTombstone();
    for (const id of ['i-2', 'i-3']) {
      bucket.put(keyOf(id), '{}', OLD);
      bucket.refusals.set(`GetObject ${keyOf(id)}`, s3Error('SlowDown', 503));
    }
    const why = 'SlowDown: SlowDown in words';
    await expect(sweepTombstones(deps)).rejects.toThrow(`2 tombstones failed: i-2: ${why}; i-3: ${why}`);
    const error = { name: 'SlowDown', message: 'SlowDown in words', code: undefined };
    expect(events.slice(1)).toEqual(
      ['i-2', 'i-3'].map((instanceId) => ['error tombstone.handling_failed', { instanceId, error }]),
    );
    expect(tombstone()).toBeUndefined();
  });
});
