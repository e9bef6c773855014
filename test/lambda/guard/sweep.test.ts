import { CreateTagsCommand, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { deadlines } from '../../../lambda/guard/deadline';
import { type GuardWorld, SCHEDULE, startGuardWorld } from './fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

const HOUR = 3_600_000;

async function tag(id: string, tags: Record<string, string>): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
}

test('what is past its deadline is terminated, and what is not is left running', async () => {
  const short = await world.launchJob('short');
  const long = await world.launchJob('long');
  await tag(short, { ec2_timeout: '15m' });
  await tag(long, { ec2_timeout: '8h' });
  await world.guard(SCHEDULE);
  expect(world.terminated).toEqual([]);
  world.clock.ahead = HOUR;
  await world.guard(SCHEDULE);
  expect(world.terminated).toEqual([short]);
});

test('a time limit that cannot be read or is beyond all limits counts as the default of one hour', () => {
  const launchTime = new Date(0);
  expect(deadlines({ launchTime, tags: { ec2_timeout: '9999d' } })).toEqual(deadlines({ launchTime, tags: {} }));
  expect(deadlines({ launchTime, tags: { ec2_timeout: 'soon' } })).toEqual(deadlines({ launchTime, tags: {} }));
  expect(deadlines({ launchTime, tags: {} })).toEqual({ timeout: HOUR, end: HOUR + 1380_000 });
});

test('the sweep writes the record of an instance whose event was lost, and once only', async () => {
  const id = await world.launchJob('may');
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await world.ec2Service.idle();
  await world.guard(SCHEDULE);
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });
  expect(world.notices).toHaveLength(1);
});

test('one broken instance never stops the sweep of the others, and the failure is told', async () => {
  const ids = [await world.launchJob('a'), await world.launchJob('b'), await world.launchJob('c')];
  world.clock.ahead = 24 * HOUR;
  world.ec2Service.failNext({ action: 'TerminateInstances', code: 'OperationNotPermitted' });
  await expect(world.guard(SCHEDULE)).rejects.toThrow(/^1 of 3 instances failed: i-[0-9a-f]+: OperationNotPermitted/);
  await world.ec2Service.idle();
  const states = (await world.instances()).map(({ State }) => State?.Name);
  expect(states.filter((state) => state === 'terminated')).toHaveLength(2);
  expect(world.terminated.sort()).toEqual(ids.sort());
});

test('an instance of another stack is never touched', async () => {
  const id = await world.launchJob('may');
  await tag(id, { 'lambda-ec2:stack': 'other' });
  world.clock.ahead = 24 * HOUR;
  await world.guard(SCHEDULE);
  world.ec2Service.instanceEnded(id, 'host-failure');
  await world.stateChanged(id);
  expect(world.terminated).toEqual([]);
  expect(world.sent).toEqual([]);
  expect(await world.status('may')).toBeUndefined();
});

test('an instance that a person started from the template has no job and is never touched', async () => {
  const { Instances } = await world.ec2.send(
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateId: world.templateId },
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'lambda-ec2:stack', Value: 'lambda-ec2' }] }],
    }),
  );
  world.clock.ahead = 24 * HOUR;
  await world.guard(SCHEDULE);
  expect(world.terminated).toEqual([]);
  world.ec2Service.instanceEnded(Instances?.[0]?.InstanceId as string, 'host-failure');
  await world.stateChanged(Instances?.[0]?.InstanceId as string);
  expect(world.sent).toEqual([]);
});

test('an instance of Image Builder is never touched, whatever tags it has', async () => {
  await world.launchJob('may');
  const tags = (await world.instances())[0]?.Tags?.filter(({ Key }) => !Key?.startsWith('aws:')) ?? [];
  const { Instances } = await world.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 'm7i.large',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [...tags, { Key: 'CreatedBy', Value: 'EC2 Image Builder' }] },
      ],
    }),
  );
  const builder = Instances?.[0]?.InstanceId as string;
  world.clock.ahead = 24 * HOUR;
  await world.guard(SCHEDULE);
  expect(world.terminated).not.toContain(builder);
  world.ec2Service.instanceEnded(builder, 'host-failure');
  await world.stateChanged(builder);
  expect(world.sent).toEqual([]);
});

test('an instance whose tags hold no job line is still ended in time', async () => {
  const id = await world.launchJob('may');
  await tag(id, { 'lambda-ec2:job-line.0': 'broken' });
  world.clock.ahead = 24 * HOUR;
  await world.guard(SCHEDULE);
  expect(world.terminated).toEqual([id]);
  await world.stateChanged(id);
  expect(world.logged.join()).toContain('instance.job_unknown');
});

test('events about unknown instances and about other states do nothing', async () => {
  const id = await world.launchJob('may');
  await world.stateChanged('i-0123456789abcdef0');
  await world.stateChanged(id, 'pending');
  await world.stateChanged(id, 'running');
  await world.stateChanged(id, 'stopping');
  expect(world.terminated).toEqual([]);
  expect(await world.status('may')).toBeUndefined();
});
