import { body, type GuardWorld, input, startGuardWorld } from './fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

const nothingFailed = { batchItemFailures: [] };

test('every upload in a dead letter gets its record, and people are told of each', async () => {
  expect(await world.deadLetter(body({ key: input('a') }, { key: input('b') }))).toEqual(nothingFailed);
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
  expect(await world.deadLetter(body({ key: input('may'), versionId: 'v1' }))).toEqual(nothingFailed);
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
  expect(await world.deadLetter(text)).toEqual(nothingFailed);
  expect(world.logged.join()).toContain(text);
  expect(world.notices).toHaveLength(1);
  expect(world.notices[0]?.message).toContain(text.slice(0, 500));
  expect(world.notices[0]?.message).not.toContain(text.slice(0, 501));
});

test('a record that is no upload is told of, beside the uploads that get theirs', async () => {
  const both = JSON.stringify({ Records: [{ strange: 1 }, ...JSON.parse(body({ key: input('may') })).Records] });
  expect(await world.deadLetter(both)).toEqual(nothingFailed);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED' });
  expect(world.notices.map(({ subject }) => subject)).toEqual([
    'lambda-ec2: dropped a message that names no job',
    'lambda-ec2: job failed (LAUNCH_REFUSED)',
  ]);
});

test('a message that nobody could be told of stays in the queue', async () => {
  world.dependencies.notify = () => Promise.reject(new Error('no topic'));
  expect(await world.deadLetter('not JSON')).toEqual({ batchItemFailures: [{ itemIdentifier: 'dead' }] });
});

test('a message whose record cannot be written stays in the queue, alone', async () => {
  world.s3Service.failNext({ method: 'PUT', status: 500, code: 'InternalError' });
  const letters = [body({ key: input('a') }), body({ key: input('b') })];
  const answer = await world.guard({ Records: letters.map((text, index) => ({ messageId: `m${index}`, body: text })) });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  expect(await world.status('b')).toMatchObject({ state: 'FAILED' });
});

test('the test event of S3 is dropped silently', async () => {
  expect(await world.deadLetter(JSON.stringify({ Event: 's3:TestEvent' }))).toEqual(nothingFailed);
  expect(world.notices).toEqual([]);
});
