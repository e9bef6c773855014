import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { formatJobLine } from '../../../contract/job-line';
import { JOB_TAG, JOB_TOKEN_TAG, STACK_TAG } from '../../../contract/tags';
import { clientToken, jobToken } from '../../../contract/token';
import { BUCKET, body, input, startWorld, type World } from './fixture';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const SEQUENCER = '0055AED6DCD90281E5';

test('an upload is launched with exactly one call, from the default version, in the first subnet', async () => {
  expect(await world.deliver([body({ key: input('2026/may'), versionId: 'v1' })])).toEqual({ batchItemFailures: [] });

  const job = { bucket: BUCKET, key: input('2026/may'), versionId: 'v1', sequencer: SEQUENCER, attempt: 1 };
  expect(world.calls.map(({ name }) => name)).toEqual(['RunInstances']);
  expect(world.launches()[0]).toMatchObject({
    LaunchTemplate: { LaunchTemplateId: world.templateId, Version: '$Default' },
    MinCount: 1,
    MaxCount: 1,
    ClientToken: clientToken(job, 0),
    UserData: Buffer.from(formatJobLine(job)).toString('base64'),
    SubnetId: world.subnetIds[0],
  });
  expect(world.launches()[0]?.InstanceType).toBeUndefined();
  expect(await world.status('2026/may')).toBeUndefined();
});

test('the instance carries the display tags beside the settings of the template', async () => {
  await world.deliver([body({ key: input('may') })]);
  const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({}));
  const tags = Object.fromEntries(
    (Reservations?.[0]?.Instances?.[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]),
  );
  expect(tags).toMatchObject({
    Name: 'lambda-ec2 may',
    [STACK_TAG]: 'lambda-ec2',
    [JOB_TAG]: 'may',
    [JOB_TOKEN_TAG]: expect.stringMatching(/^[0-9a-f]{64}$/),
    app_url: 'file:///app',
  });
});

test('the same event delivered three times starts one instance', async () => {
  const message = body({ key: input('may'), versionId: 'v1' });
  await world.deliver([message]);
  await world.deliver([message]);
  await world.deliver([message], 2);
  const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({}));
  expect(Reservations).toHaveLength(1);
});

test('retries of one run are byte-identical', async () => {
  const message = body({ key: input('may'), versionId: 'v1' });
  await world.deliver([message]);
  world.clock.now += 5_000;
  await world.deliver([message]);
  const [first, second] = world.launches();
  expect(second).toEqual(first);
});

test('every record of every message is launched, not only the first', async () => {
  await world.deliver([body({ key: input('a') }, { key: input('b') }), body({ key: input('c') })]);
  const jobs = world.launches().map(({ UserData }) => Buffer.from(UserData ?? '', 'base64').toString());
  expect(jobs.map((line) => /input\/(.)\.zip/.exec(line)?.[1])).toEqual(['a', 'b', 'c']);
});

test('keys are decoded: spaces, plus signs and letters beyond ASCII', async () => {
  const key = input('mai & juni+1/ü 100%');
  await world.deliver([body({ key })]);
  const job = { bucket: BUCKET, key, versionId: '', sequencer: SEQUENCER, attempt: 1 };
  expect(Buffer.from(world.launches()[0]?.UserData ?? '', 'base64').toString()).toBe(formatJobLine(job));
});

test('the test event of S3 is acknowledged without a call', async () => {
  const event = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET });
  expect(await world.deliver([event])).toEqual({ batchItemFailures: [] });
  expect(world.calls).toEqual([]);
});

test('keys that are no inputs, and events that are no uploads, are logged and skipped', async () => {
  const removed = body({ key: input('gone') }).replace('ObjectCreated:Put', 'ObjectRemoved:Delete');
  expect(
    await world.deliver([body({ key: 'other/x.zip' }), body({ key: input('x').replace('zip', 'txt') }), removed]),
  ).toEqual({
    batchItemFailures: [],
  });
  expect(world.calls).toEqual([]);
  expect(world.logged).toHaveLength(3);
});

test.each(['not json', '[]', '{}', '{"Records":"x"}', '{"Records":[{"s3":{}}]}', '{"Records":[null]}'])(
  'the message %s names no job: it is logged, dropped, and the others are launched',
  async (poison) => {
    expect(await world.deliver([poison, body({ key: input('may') })])).toEqual({ batchItemFailures: [] });
    expect(world.launches()).toHaveLength(1);
    expect(world.logged.length).toBeGreaterThan(1);
  },
);

test('a key that is broken URL encoding fails nothing else', async () => {
  const broken = body({ key: input('x') }).replace('x.zip', 'x%ZZ.zip');
  expect(await world.deliver([broken, body({ key: input('may') })])).toEqual({ batchItemFailures: [] });
  expect(world.launches()).toHaveLength(1);
});

test('a template segment launches that version; the job id is without it', async () => {
  await world.deliver([body({ key: input('template=1/may') })]);
  expect(world.launches()[0]?.LaunchTemplate).toEqual({ LaunchTemplateId: world.templateId, Version: '1' });
  const name = world.launches()[0]?.TagSpecifications?.[0]?.Tags?.find(({ Key }) => Key === JOB_TAG);
  expect(name?.Value).toBe('may');
});

test('a re-queued record starts its next attempt under a token of its own', async () => {
  const upload = { key: input('may'), versionId: 'v1' };
  await world.deliver([body(upload)]);
  await world.deliver([body({ ...upload, attempt: 2 })]);
  const job = { bucket: BUCKET, key: upload.key, versionId: 'v1', sequencer: SEQUENCER, attempt: 2 };
  expect(world.launches()[1]?.ClientToken).toBe(clientToken(job, 0));
  expect(jobToken(job)).not.toBe(jobToken({ ...job, attempt: 1 }));
  expect(Buffer.from(world.launches()[1]?.UserData ?? '', 'base64').toString()).toContain('attempt=2');
});

test('two uploads of one key are two runs, also in a bucket without versions', async () => {
  await world.deliver([body({ key: input('may'), sequencer: '01' }, { key: input('may'), sequencer: '02' })]);
  const tokens = world.launches().map(({ ClientToken }) => ClientToken);
  expect(new Set(tokens).size).toBe(2);
});

test('messages the function has no time for come back later', async () => {
  const record = (id: string) => ({
    messageId: id,
    receiptHandle: id,
    body: body({ key: input(id) }),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(world.clock.now) },
  });
  const event = { Records: [record('a'), record('b')] } as never;
  const answer = await world.handler(event, { getRemainingTimeInMillis: () => 5_000 });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
  expect(world.launches()).toHaveLength(1);
});

test('candidates the function has no time for are left to the next delivery, with a record', async () => {
  world.ec2Service.failNext({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', count: 20 });
  const record = {
    messageId: 'a',
    receiptHandle: 'a',
    body: body({ key: input('late') }),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(world.clock.now) },
  };
  const answer = await world.handler({ Records: [record] } as never, { getRemainingTimeInMillis: () => 19_000 });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  expect(world.launches()).toHaveLength(1);
  expect(await world.status('late')).toMatchObject({
    state: 'WAITING',
    reason: 'NO_CAPACITY',
    message: expect.stringMatching(/[0-9]+ more were not tried for want of time/),
  });
});
