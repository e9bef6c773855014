import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { GuardDependencies } from '../../../lambda/guard/conclude-job';
import { input } from '../launch/fixture';
import { type GuardWorld, SCHEDULE, startGuardWorld } from './fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

const LATER = 300_000;
const tombstone = (id: string) => `app_runner/guard/${id}.json`;

/** Ends an instance; the guard hears of its shutting down, and EC2 forgets it afterwards. */
async function endUnseen(id: string, how: 'no tags' | 'gone' = 'no tags'): Promise<void> {
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await tellShuttingDown(id);
  world.forgotten.set(id, how);
}

/** The event comes while EC2 still describes the instance as running. */
async function tellShuttingDown(id: string): Promise<void> {
  await world.ec2Service.idle();
  const { send } = world.dependencies.ec2;
  world.dependencies.ec2.send = (async (command: never) => {
    const answer = await send(command);
    if (!((command as object) instanceof DescribeInstancesCommand)) return answer;
    const { Reservations = [] } = answer as { Reservations?: { Instances?: object[] }[] };
    const Instances = Reservations.flatMap((one) => one.Instances ?? []);
    return { Reservations: [{ Instances: Instances.map((one) => ({ ...one, State: { Name: 'running' } })) }] };
  }) as GuardDependencies['ec2']['send'];
  await world.stateChanged(id, 'shutting-down');
  world.dependencies.ec2.send = send;
}

test('while an instance shuts down its job gets no record yet, but a tombstone', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
  await tellShuttingDown(id);
  expect(await world.status('may')).toMatchObject({ state: 'RUNNING' });
  expect(await world.tombstones()).toEqual([tombstone(id)]);
});

test.each(['no tags', 'gone'] as const)(
  'a job whose instance has %s any more gets its record by the tombstone',
  async (how) => {
    const id = await world.launchJob('may');
    await endUnseen(id, how);
    await world.stateChanged(id);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED', instance_id: id });
    expect(world.notices).toHaveLength(1);
  },
);

test('an interrupted job is started again by the tombstone', async () => {
  const id = await world.launchJob('may');
  world.ec2Service.instanceEnded(id, 'spot-interruption');
  await tellShuttingDown(id);
  world.forgotten.set(id, 'gone');
  await world.stateChanged(id);
  expect(world.sent).toEqual([{ key: input('may'), attempt: 2, delaySeconds: 0 }]);
});

test('a sweep concludes what has a tombstone when the end was never told, and removes the tombstone', async () => {
  const id = await world.launchJob('may');
  await endUnseen(id);
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toBeUndefined();
  world.clock.ahead = LATER;
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', instance_id: id });
  expect(await world.tombstones()).toEqual([]);
});

test('a tombstone stays while its instance has not ended, and while its job cannot be concluded', async () => {
  const id = await world.launchJob('may');
  await tellShuttingDown(id);
  world.clock.ahead = LATER;
  await world.guard(SCHEDULE);
  expect(await world.tombstones()).toEqual([tombstone(id)]);
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await world.ec2Service.idle();
  world.forgotten.set(id, 'no tags');
  world.s3Service.failNext({ method: 'PUT', status: 500, code: 'InternalError' });
  await expect(world.guard(SCHEDULE)).rejects.toThrow(/^1 tombstones failed: i-/);
  expect(await world.tombstones()).toEqual([tombstone(id)]);
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED' });
  expect(await world.tombstones()).toEqual([]);
});

test('a job with a record that cannot be wrong needs no tombstone, one that the runner thinks interrupted does', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'SUCCEEDED', instance_id: id });
  await tellShuttingDown(id);
  expect(await world.tombstones()).toEqual([]);
  await world.putStatus({ job_id: 'may', state: 'FAILED', reason: 'INTERRUPTED', instance_id: id });
  await tellShuttingDown(id);
  expect(await world.tombstones()).toEqual([tombstone(id)]);
});

test('the sweep writes the tombstone of an instance that shuts down, should the event have been lost', async () => {
  const id = await world.launchJob('may');
  const { send } = world.dependencies.ec2;
  world.dependencies.ec2.send = (async (command: never) => {
    const answer = (await send(command)) as { Reservations?: { Instances?: { State?: { Name: string } }[] }[] };
    for (const one of answer.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? []) {
      one.State = { Name: 'shutting-down' };
    }
    return answer;
  }) as GuardDependencies['ec2']['send'];
  await world.guard(SCHEDULE);
  expect(await world.tombstones()).toEqual([tombstone(id)]);
});

test('a tombstone that nobody can read is told to people before it is removed', async () => {
  const id = 'i-0123456789abcdef0';
  await world.put(tombstone(id), '{}');
  world.clock.ahead = LATER;
  const { notify } = world.dependencies;
  world.dependencies.notify = () => Promise.reject(new Error('no topic'));
  await expect(world.guard(SCHEDULE)).rejects.toThrow(/^1 tombstones failed/);
  expect(await world.tombstones()).toEqual([tombstone(id)]);
  world.dependencies.notify = notify;
  await world.guard(SCHEDULE);
  expect(world.notices.map(({ subject }) => subject)).toEqual(['lambda-ec2: a job may have no record']);
  expect(world.notices[0]?.message).toContain(id);
  expect(await world.tombstones()).toEqual([]);
});

test('while S3 does not tell of a record, an instance that shuts down gets a tombstone', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'SUCCEEDED', instance_id: id });
  world.s3Service.failNext({ method: 'GET', keyPattern: /_status/, status: 403, code: 'AccessDenied' });
  await tellShuttingDown(id);
  expect(await world.tombstones()).toEqual([tombstone(id)]);
});

test.each(['no tags', 'gone'] as const)(
  'a terminated instance that has %s, nor a tombstone, is logged loudly',
  async (how) => {
    const id = await world.launchJob('may');
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    world.forgotten.set(id, how);
    await world.stateChanged(id);
    expect(world.logged.join()).toContain('instance.untagged');
    expect(await world.status('may')).toBeUndefined();
  },
);
