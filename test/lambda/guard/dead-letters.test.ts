import { SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueue } from '../../../lambda/guard/dead-letter-queue';
import { body, type GuardWorld, input, lettersIn, SCHEDULE, startGuardWorld } from './fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

test('every upload in a dead letter gets its record, and people are told of each', async () => {
  expect(await world.deadLetter(body({ key: input('a') }, { key: input('b') }))).toBe(0);
  for (const id of ['a', 'b']) {
    expect(await world.status(id)).toMatchObject({ job_id: id, state: 'FAILED', reason: 'LAUNCH_REFUSED', attempt: 1 });
    expect(await world.text(`app_runner/output/${id}_ec2.log`)).toContain('LAUNCH_REFUSED');
  }
  expect(world.notices).toHaveLength(2);
  const recorded = world.logged.map((line) => JSON.parse(line)).filter(({ event }) => event === 'dead_letter.recorded');
  expect(recorded).toMatchObject(['a', 'b'].map((jobId) => ({ jobId, reason: 'LAUNCH_REFUSED' })));
});

test('a job that waited says in its record what it waited for', async () => {
  await world.putStatus({ job_id: 'may', state: 'WAITING', reason: 'NO_CAPACITY', message: 'no room' });
  await world.deadLetter(body({ key: input('may') }));
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'NO_CAPACITY' });
  expect((await world.status('may'))?.message).toContain('(no room)');
});

test('a job that has an instance is left to the end of that instance', async () => {
  await world.launchJob('may');
  expect(await world.deadLetter(body({ key: input('may'), versionId: 'v1' }))).toBe(0);
  expect(await world.status('may')).toBeUndefined();
});

test.each(['RUNNING', 'SUCCEEDED', 'FAILED'] as const)('the status %s is never overwritten', async (state) => {
  await world.putStatus({ job_id: 'may', state, message: 'its own' });
  await world.deadLetter(body({ key: input('may') }));
  expect(await world.status('may')).toMatchObject({ state, message: 'its own' });
  expect(world.notices).toEqual([]);
});

test('a job whose status cannot be read keeps its output, and its record says what is known', async () => {
  await world.put('app_runner/output/may_status.json', '');
  await world.put('app_runner/output/may.zip', 'PK');
  await world.deadLetter(body({ key: input('may') }));
  expect(await world.text('app_runner/output/may.zip')).toBe('PK');
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  expect((await world.status('may'))?.message).toMatch(/^Whether an instance did the job is not known/);
});

test('a job whose record somebody has collected is over', async () => {
  await world.putStatus({ job_id: 'may', state: 'SUCCEEDED' });
  await world.remove('app_runner/output/may_status.json');
  await world.deadLetter(body({ key: input('may') }));
  expect(await world.status('may')).toBeUndefined();
  expect(world.notices).toEqual([]);
});

test('a key that names a job but cannot be launched gets the record that says so', async () => {
  await world.deadLetter(body({ key: input('template=x/may') }));
  expect((await world.status('may'))?.message).toContain('template=x does not name a launch template version');
});

test('a message that names no job is logged whole, and people get its beginning', async () => {
  const text = `not JSON ${'x'.repeat(2_000)}`;
  expect(await world.deadLetter(text)).toBe(0);
  expect(world.logged.join()).toContain(text);
  expect(world.notices).toHaveLength(1);
  expect(world.notices[0]?.message).toContain(text.slice(0, 500));
  expect(world.notices[0]?.message).not.toContain(text.slice(0, 501));
});

test('a record that is no upload is told of, beside the uploads that get theirs', async () => {
  const both = JSON.stringify({ Records: [{ strange: 1 }, ...JSON.parse(body({ key: input('may') })).Records] });
  expect(await world.deadLetter(both)).toBe(0);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED' });
  expect(world.notices.map(({ subject }) => subject)).toEqual([
    'lambda-ec2: dropped a message that names no job',
    'lambda-ec2: job failed (LAUNCH_REFUSED)',
  ]);
});

test('a message that nobody could be told of stays in the queue, and the guard fails', async () => {
  world.dependencies.notify = () => Promise.reject(new Error('no topic'));
  await expect(world.deadLetter('not JSON')).rejects.toThrow(/^dead letters could not be handled: .*: no topic$/);
  expect(lettersIn(world.deadLetters)).toBe(1);
});

test('a message whose record cannot be written stays in the queue, alone', async () => {
  world.s3Service.failNext({ method: 'PUT', status: 500, code: 'InternalError' });
  const ids = ['a', 'b'];
  for (const id of ids) world.deadLetters.send(body({ key: input(id) }));
  await expect(world.guard(SCHEDULE)).rejects.toThrow(/^dead letters could not be handled: /);
  expect(lettersIn(world.deadLetters)).toBe(1);
  const states = await Promise.all(ids.map(async (id) => (await world.status(id))?.state));
  expect(states.filter((state) => state === 'FAILED')).toHaveLength(1);
});

test('its schedule takes as many letters as there are, and leaves what is left after a minute to the next', async () => {
  for (let at = 0; at < 25; at++) world.deadLetters.send(body({ key: input(`job${at}`) }));
  const receive = jest.spyOn(world.dependencies.deadLetters, 'receive');
  await world.guard(SCHEDULE);
  expect(world.notices).toHaveLength(25);
  expect(lettersIn(world.deadLetters)).toBe(0);
  expect(receive).toHaveBeenCalledTimes(4);
  for (let at = 0; at < 25; at++) world.deadLetters.send(body({ key: input(`late${at}`) }));
  let now = Date.now();
  world.dependencies.now = () => now;
  world.dependencies.notify = async () => {
    now += 4_000;
  };
  await world.guard(SCHEDULE);
  expect(lettersIn(world.deadLetters)).toBe(5);
});

test('a poller that a deploy has not taken away yet gets no answer, which would delete its messages', async () => {
  await expect(world.guard({ Records: [{ messageId: '1', body: body({ key: input('may') }) }] })).rejects.toThrow(
    'taken by the schedule',
  );
});

test('an empty queue costs one request, and no waiting', async () => {
  const asked: string[] = [];
  const sqs = new SQSClient({ region: 'us-east-1' });
  sqs.send = async (command: object) => {
    asked.push(command.constructor.name);
    return { Attributes: { ApproximateNumberOfMessages: '0' } };
  };
  expect(await deadLetterQueue(sqs, 'https://sqs.us-east-1.amazonaws.com/1/dead').isEmpty()).toBe(true);
  expect(asked).toEqual(['GetQueueAttributesCommand']);
});

test('the test event of S3 is dropped silently', async () => {
  expect(await world.deadLetter(JSON.stringify({ Event: 's3:TestEvent' }))).toBe(0);
  expect(world.notices).toEqual([]);
});
