import { bundle } from '../../build/bundle';
import { LambdaProcess } from '../../local/lambda/lambda-process';
import { clientsIn } from '../lambda/bundle-contents';
import { body, type GuardWorld, input, lettersIn, SCHEDULE, startGuardWorld, TOPIC } from '../lambda/guard/fixture';
import { BUCKET, lambdaEnvironment } from '../lambda/launch/fixture';

let world: GuardWorld;
let file: string;
let guard: LambdaProcess;

beforeAll(async () => {
  world = await startGuardWorld();
  file = bundle(world.dir, ['guard']).guard as string;
  guard = new LambdaProcess({
    file,
    environment: {
      ...lambdaEnvironment(world.endpoint.url),
      TEMPLATE_ID: world.templateId,
      STACK_NAME: 'lambda-ec2',
      BUCKET,
      QUEUE_URL: world.dependencies.env.queueUrl,
      DEAD_LETTER_QUEUE_URL: world.dependencies.env.deadLetterQueueUrl,
      ATTEMPTS: '2',
      TOPIC_ARN: TOPIC,
    },
  });
});
afterAll(async () => {
  await guard.close();
  await world.close();
});

test('the bundle holds the clients it needs and no other', () => {
  expect(clientsIn(file)).toEqual(['ec2', 's3', 'sns', 'sqs']);
});

test('the bundle puts an interrupted job back into the queue, as the launcher reads it', async () => {
  const id = await world.launchJob('may');
  world.ec2Service.instanceEnded(id, 'host-failure');
  await guard.invoke({ detail: { 'instance-id': id, state: 'terminated' } });
  expect(await world.status('may')).toMatchObject({ state: 'WAITING', attempt: 2 });
  const [message] = await world.queue.receive();
  await world.deliver([message?.body as string]);
  expect(await world.instances()).toHaveLength(2);
});

test('the bundle writes the record of a dead letter and tells people', async () => {
  world.deadLetters.send(body({ key: input('june') }));
  await guard.invoke(SCHEDULE);
  expect(lettersIn(world.deadLetters)).toBe(0);
  expect(await world.status('june')).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
  expect(world.notices[0]?.topicArn).toBe(TOPIC);
});

test('the bundle sweeps on its schedule', async () => {
  const id = await world.launchJob('july');
  await world.putStatus({ job_id: 'july', state: 'RUNNING', instance_id: id });
  world.ec2Service.instanceEnded(id, 'shutdown');
  await world.ec2Service.idle();
  await guard.invoke(SCHEDULE);
  await world.ec2Service.idle();
  expect(await world.status('july')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  const july = (await world.instances()).find(({ InstanceId }) => InstanceId === id);
  expect(july?.State?.Name).toBe('terminated');
});

test('a wrong environment is named in the first answer', async () => {
  const broken = new LambdaProcess({ file, environment: { STACK_NAME: 'x', TEMPLATE_ID: 'y' } });
  await expect(broken.invoke(SCHEDULE)).rejects.toThrow(/process ended/);
  await broken.close();
});
