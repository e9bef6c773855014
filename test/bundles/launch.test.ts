import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { pollQueue } from 'aws-emulator/sqs/delivery';
import { bundle } from '../../build/bundle';
import { LOG_EVENTS, type LogEvent } from '../../lambda/shared/log-events';
import { LambdaProcess } from '../../local/lambda/lambda-process';
import { body, input, lambdaEnvironment, startWorld, type World } from '../lambda/launch/fixture';

let world: World;
let dir: string;
let launch: LambdaProcess;
const lines: { level: string; event: string; message: string; reason?: string }[] = [];

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'bundle-test-'));
  world = await startWorld();
  launch = new LambdaProcess({
    file: bundle(dir).launch as string,
    environment: {
      ...lambdaEnvironment(world.endpoint.url),
      TEMPLATE_ID: world.templateId,
      STACK_NAME: 'lambda-ec2',
      SUBNET_IDS: world.subnetIds.join(','),
      INSTANCE_TYPES: 'm6i.large',
      QUEUE_URL: world.dependencies.env.queueUrl,
      LAUNCH_WAIT_SECONDS: '3600',
      MAX_RUNNING: '0',
    },
    // Node.js warns of its own age.
    onLog: (line) => line.startsWith('{') && lines.push(JSON.parse(line)),
  });
});
afterAll(async () => {
  await launch.close();
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

test('the bundle that is deployed launches what lies in the queue and empties it', async () => {
  const queue = world.queues.named('jobs');
  const poller = pollQueue({ queue, handler: (event) => launch.invoke(event) });
  // A quota on the first try of the second job: it is postponed by the function and comes back by itself.
  queue.send(body({ key: input('may'), versionId: 'v1' }));
  await eventually(async () => (await world.ec2.send(new DescribeInstancesCommand({}))).Reservations?.length === 1);
  world.ec2Service.failNext({ action: 'RunInstances', code: 'RequestLimitExceeded', count: 2 });
  queue.send(body({ key: input('june'), versionId: 'v1' }));
  await eventually(async () => (await world.status('june'))?.state === 'WAITING');
  expect(queue.counts()).toMatchObject({ inFlight: 1 });
  await eventually(() => queue.counts().inFlight + queue.counts().visible === 0);
  await poller.stop();
  // What the metric filter of the stack looks for.
  expect(lines.find(({ event }) => event === 'wait.recorded')).toMatchObject({ reason: 'NO_CAPACITY', level: 'INFO' });
  expect(lines.filter(({ event, message }) => message !== LOG_EVENTS[event as LogEvent])).toEqual([]);
  expect((await world.ec2.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(2);
});

test('the bundle writes the record of a job that is refused', async () => {
  world.ec2Service.failNext({ action: 'RunInstances', code: 'UnauthorizedOperation' });
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
  const message = { messageId: 'm', receiptHandle: 'r', body: body({ key: input('july') }), attributes };
  expect(await launch.invoke({ Records: [message] })).toEqual({ batchItemFailures: [] });
  expect(await world.status('july')).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
});

async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 240_000; !(await check()); ) {
    if (Date.now() > end) throw new Error('it did not happen within four minutes');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
