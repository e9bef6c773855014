import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { LAUNCH_LOCK_KEY } from '../../../contract/keys';
import { createLaunchHandler } from '../../../lambda/launch/handler';
import { withSend } from '../with-send';
import { body, input, startWorld, type World } from './fixture';

let world: World;
afterEach(() => world.close());

const instances = async () =>
  (await world.ec2.send(new DescribeInstancesCommand({}))).Reservations?.flatMap(({ Instances = [] }) => Instances) ??
  [];
const running = async () =>
  (await instances()).filter(({ State }) => State?.Name === 'running' || State?.Name === 'pending');
const upload = (id: string) => body({ key: input(id), versionId: 'v1' });

test('with as many instances as max_running allows, a job waits and says so; it starts when one has ended', async () => {
  world = await startWorld({ maxRunning: 1 });
  await world.deliver([upload('may')]);
  expect(await world.deliver([upload('june')])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });

  expect(world.launches()).toHaveLength(1);
  expect(world.postponed).toEqual([15]);
  const status = await world.status('june');
  expect(status).toMatchObject({ state: 'WAITING', reason: 'NO_CAPACITY' });
  expect(status?.message).toMatch(
    /^As many instances run as max_running allows \(1\): the job starts when one of them has ended; /,
  );

  const ids = (await instances()).map(({ InstanceId = '' }) => InstanceId);
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));
  expect(await world.deliver([upload('june')], 2)).toEqual({ batchItemFailures: [] });
  expect(await running()).toHaveLength(1);
});

test('jobs that come together get no more instances than max_running allows', async () => {
  world = await startWorld({ maxRunning: 2 });
  await Promise.all(Array.from({ length: 6 }, (_, index) => world.deliver([upload(`job-${index}`)])));
  expect(await instances()).toHaveLength(2);
  expect(await world.text(LAUNCH_LOCK_KEY)).toBeUndefined();
});

test('an instance that EC2 does not show yet is counted', async () => {
  world = await startWorld({ maxRunning: 1 });
  let hidden = 3;
  const handler = createLaunchHandler({
    ...world.dependencies,
    ec2: withSend(EC2Client, async (command: object) => {
      const isHidden = command instanceof DescribeInstancesCommand && hidden-- > 0;
      return isHidden ? { Reservations: [] } : world.dependencies.ec2.send(command as never);
    }),
  });
  const record = (text: string) => ({
    Records: [
      {
        messageId: 'm',
        receiptHandle: 'r',
        body: text,
        attributes: { SentTimestamp: String(world.clock.now), ApproximateReceiveCount: '1' },
      },
    ],
  });
  await Promise.all(['may', 'june', 'july'].map((id) => handler(record(upload(id)) as never)));
  expect(await instances()).toHaveLength(1);
});

test('the event of an upload that S3 sends twice is no second job', async () => {
  world = await startWorld({ maxRunning: 1 });
  await world.deliver([upload('may')]);
  expect(await world.deliver([upload('may')])).toEqual({ batchItemFailures: [] });
  expect(await world.status('may')).toBeUndefined();
});

test('the lock of a function that was killed runs out, and not before that', async () => {
  world = await startWorld({ maxRunning: 1 });
  await world.put(LAUNCH_LOCK_KEY, 'of somebody else');
  world.clock.now = Date.now();
  await world.deliver([upload('may')]);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING' });
  expect(world.launches()).toEqual([]);

  world.clock.now += 180_000;
  await world.deliver([upload('may')], 2);
  expect(await running()).toHaveLength(1);
});

test('after a launch of which nobody knows whether it was one, the next is not counted before that is known', async () => {
  world = await startWorld({ maxRunning: 1 });
  world.ec2Service.failNext({ action: 'RunInstances', code: 'InternalError', status: 500 });
  await world.deliver([upload('may')]);
  expect(await world.text(LAUNCH_LOCK_KEY)).toBeDefined();
});

test('without a limit nothing is counted and nothing locked', async () => {
  world = await startWorld();
  await world.deliver([upload('may')]);
  expect(world.calls.map(({ name }) => name)).toEqual(['RunInstances']);
});

const denied = { code: 'AccessDenied', status: 403 };
const REFUSED = {
  state: 'FAILED',
  reason: 'LAUNCH_REFUSED',
  message: expect.stringMatching(/AccessDenied/),
};

test.each<[string, (world: World) => void]>([
  ['the lock', ({ s3Service }) => s3Service.failNext({ ...denied, method: 'PUT', keyPattern: /launch\.lock$/ })],
  ['counting', ({ ec2Service }) => ec2Service.failNext({ ...denied, action: 'DescribeInstances' })],
])('a job for which %s is denied is refused at once, and with one sentence', async (_, deny) => {
  world = await startWorld({ maxRunning: 1 });
  deny(world);
  expect(await world.deliver([upload('may')])).toEqual({ batchItemFailures: [] });
  expect(await world.status('may')).toMatchObject(REFUSED);
  expect((await world.status('may'))?.message).toMatch(/^[A-Z][^;]+; see that [^.]+ \(lambda-ec2 rerun\)$/);
  expect(world.launches()).toEqual([]);
});

test('a lock for which S3 has no answer makes the job wait', async () => {
  world = await startWorld({ maxRunning: 1 });
  world.s3Service.failNext({ code: 'RequestTimeout', status: 400, method: 'PUT', keyPattern: /launch\.lock$/ });
  await world.deliver([upload('may')]);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING', reason: 'NO_CAPACITY' });
});

test('a lock that may not be released is told of, and holds later launches up until it has run out', async () => {
  world = await startWorld({ maxRunning: 2 });
  world.clock.now = Date.now();
  world.s3Service.failNext({ ...denied, method: 'DELETE', keyPattern: /launch\.lock$/ });
  await world.deliver([upload('may')]);
  expect(world.logged.join()).toContain('lock.release_failed');
  expect(await world.status('may')).toBeUndefined();

  await world.deliver([upload('june')]);
  expect(await world.status('june')).toMatchObject({ state: 'WAITING' });
  world.clock.now += 180_000;
  await world.deliver([upload('june')], 2);
  expect(await running()).toHaveLength(2);
});
