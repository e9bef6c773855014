import { DeregisterImageCommand } from '@aws-sdk/client-ec2';
import { body, input, SUBMITTED, startWorld, WAIT_SECONDS, type World } from './fixture';

let world: World;
afterEach(() => world.close());

const MAY = body({ key: input('may'), versionId: 'v1' });
const refuse = (code: string, more: object = {}) =>
  world.ec2Service.failNext({ action: 'RunInstances', code, count: 20, ...more } as never);
const waits = { batchItemFailures: [{ itemIdentifier: 'm0' }] };
const nothingFailed = { batchItemFailures: [] };

test.each(['InsufficientInstanceCapacity', 'InsufficientFreeAddressesInSubnet', 'Unsupported'])(
  '%s in one subnet leads to the next candidate, the own type in all subnets first',
  async (code) => {
    world = await startWorld();
    const [first, second] = world.subnetIds;
    refuse(code, { when: { subnetId: first } });
    expect(await world.deliver([MAY])).toEqual(nothingFailed);
    expect(world.launches().map(({ SubnetId, InstanceType }) => [SubnetId, InstanceType])).toEqual([
      [first, undefined],
      [second, undefined],
    ]);
    expect(world.launches()[0]?.ClientToken).not.toBe(world.launches()[1]?.ClientToken);
  },
);

test('without room for the own type the further types are tried', async () => {
  world = await startWorld({ types: ['m6i.large'] });
  refuse('InsufficientInstanceCapacity', { when: { instanceType: 'm7i.large' } });
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(world.launches().map(({ InstanceType }) => InstanceType)).toEqual([undefined, undefined, 'm6i.large']);
});

test('capacity errors are HTTP 5xx, and yet the SDK does not repeat them, while it repeats an outage', async () => {
  world = await startWorld({ tries: 2 });
  // A repetition would succeed in the first subnet.
  world.ec2Service.failNext({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', status: 500 });
  await world.deliver([MAY]);
  expect(world.launches().map(({ SubnetId }) => SubnetId)).toEqual(world.subnetIds);
  world.ec2Service.failNext({ action: 'RunInstances', code: 'InternalError', status: 500 });
  expect(await world.deliver([body({ key: input('june') })])).toEqual(nothingFailed);
  expect(world.launches()).toHaveLength(3);
});

test('without room anywhere the job waits: a status says why, and no log claims that it ended', async () => {
  world = await startWorld();
  refuse('InsufficientInstanceCapacity');
  expect(await world.deliver([MAY])).toEqual(waits);
  expect(world.postponed).toEqual([30]);
  expect(await world.status('may')).toMatchObject({
    job_id: 'may',
    state: 'WAITING',
    reason: 'NO_CAPACITY',
    message: expect.stringContaining('2026-11-24T13:00:00.000Z'),
    attempt: 1,
    input_version: 'v1',
  });
  expect(await world.text('app_runner/output/may_ec2.log')).toBeUndefined();
});

test.each([
  ['VcpuLimitExceeded', 'NO_CAPACITY', 'quota', 30],
  ['MaxSpotInstanceCountExceeded', 'NO_CAPACITY', 'quota', 30],
  ['RequestLimitExceeded', 'NO_CAPACITY', 'rate', 5],
  ['InternalError', 'NO_CAPACITY', 'no usable answer', 30],
  ['Unavailable', 'NO_CAPACITY', 'no usable answer', 30],
  ['InvalidAMIID.NotFound', 'NO_IMAGE', 'does not launch it yet', 30],
  ['PendingVerification', 'LAUNCH_REFUSED', 'verifying', 30],
])('%s makes the job wait at once, with the reason %s', async (code, reason, words, seconds) => {
  world = await startWorld();
  refuse(code);
  expect(await world.deliver([MAY])).toEqual(waits);
  expect(world.launches()).toHaveLength(1);
  expect(world.postponed).toEqual([seconds]);
  expect(await world.status('may')).toMatchObject({
    state: 'WAITING',
    reason,
    message: expect.stringContaining(words),
  });
});

describe('without an image', () => {
  const IMAGE = 'ami-0123456789abcdef0';
  const deregister = async () => void (await world.ec2.send(new DeregisterImageCommand({ ImageId: IMAGE })));
  const VERSION_1 = body({ key: input('template=1/may') });
  // What EC2 has been seen to say of a launch without an image, and what nobody has seen yet.
  const WORDINGS: [code: string, message: string][] = [
    ['MissingParameter', 'The request must contain the parameter ImageId'],
    ['InvalidParameterValue', "Parameter 'amiIdList' cannot be empty."],
    ['SomethingNew', 'whatever'],
  ];

  test.each(WORDINGS)('jobs wait for the first bake, however EC2 words it (%s)', async (code, message) => {
    world = await startWorld({ imageless: true });
    refuse(code, { status: 400, message });
    expect(await world.deliver([MAY])).toEqual(waits);
    expect(world.launches()).toHaveLength(1);
    expect(await world.status('may')).toMatchObject({ state: 'WAITING', reason: 'NO_IMAGE' });
    expect((await world.status('may'))?.message).toMatch(
      /^Launch template version 1, the default, has no image yet; the job starts after the next good bake/,
    );
    expect((await world.status('may'))?.message).toContain(`(${code}: ${message})`);
  });

  test('jobs of a default version whose image was deregistered wait, and are told so', async () => {
    world = await startWorld();
    await deregister();
    expect(await world.deliver([MAY])).toEqual(waits);
    expect(await world.status('may')).toMatchObject({ state: 'WAITING', reason: 'NO_IMAGE' });
    expect((await world.status('may'))?.message).toMatch(
      /^The image ami-0123456789abcdef0 of launch template version 1, the default, does not exist any more; .*InvalidAMIID/,
    );
    world.ec2Service.addImage({ imageId: IMAGE, name: 'baked again', rootDir: '/images/baked' });
    expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
    expect(await world.status('may')).toMatchObject({ state: 'WAITING' });
    expect(world.launches()).toHaveLength(2);
  });

  test('a version that the key asks for will never have one: the job fails at once', async () => {
    world = await startWorld({ imageless: true });
    expect(await world.deliver([VERSION_1])).toEqual(nothingFailed);
    expect(await world.status('may')).toMatchObject({
      state: 'FAILED',
      reason: 'NO_IMAGE',
      message: expect.stringMatching(
        /^Launch template version 1 has no image; upload again with a version that has one/,
      ),
      template_version: '1',
    });
  });

  test('a version that the key asks for and whose image was deregistered fails the job with these words', async () => {
    world = await startWorld();
    await deregister();
    expect(await world.deliver([VERSION_1])).toEqual(nothingFailed);
    expect(await world.status('may')).toMatchObject({
      state: 'FAILED',
      reason: 'NO_IMAGE',
      message: expect.stringMatching(
        /^The image ami-\w+ of launch template version 1 does not exist any more; upload again/,
      ),
    });
  });

  test('a look at the version that may succeed later makes the job wait', async () => {
    world = await startWorld({ imageless: true });
    refuse('SomethingNew', { status: 400, count: 1 });
    world.ec2Service.failNext({ action: 'DescribeLaunchTemplateVersions', code: 'RequestLimitExceeded' });
    expect(await world.deliver([MAY])).toEqual(waits);
    expect(await world.status('may')).toMatchObject({ state: 'WAITING', reason: 'NO_IMAGE' });
    expect((await world.status('may'))?.message).toMatch(/SomethingNew.*RequestLimitExceeded/);
  });

  test('a look at the version that is denied leaves the refusal as it is', async () => {
    world = await startWorld();
    refuse('SomethingNew', { status: 400 });
    world.ec2Service.failNext({ action: 'DescribeLaunchTemplateVersions', code: 'UnauthorizedOperation' });
    expect(await world.deliver([MAY])).toEqual(nothingFailed);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
  });
});

test.each([
  ['UnauthorizedOperation', 'role'],
  ['InvalidParameterValue', 'correct the launch template version'],
  ['InvalidSubnetID.NotFound', 'subnets in settings.yaml'],
  ['InvalidKMSKeyID', 'KMS key of the volume is enabled'],
  ['SomethingNew', 'upload again when that is mended'],
])('%s fails the job at once, with a record that says what to do', async (code, words) => {
  world = await startWorld();
  refuse(code, { status: 400 });
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(world.launches()).toHaveLength(1);
  expect(await world.status('may')).toMatchObject({
    state: 'FAILED',
    reason: 'LAUNCH_REFUSED',
    message: expect.stringContaining(words),
    input_key: input('may'),
    input_sequencer: '0055AED6DCD90281E5',
    submitted: SUBMITTED,
  });
  expect(await world.text('app_runner/output/may_ec2.log')).toMatch(
    /^2026-11-24T12:00:00\.000Z .*LAUNCH_REFUSED: .*\n$/,
  );
});

test.each([
  'InsufficientInstanceCapacity',
  'VcpuLimitExceeded',
  'RequestLimitExceeded',
  'PendingVerification',
  'InternalError',
  'SomethingNew',
  'Unsupported',
])("of %s EC2's own words are in the message, and no more than a line of them", async (code) => {
  world = await startWorld({ subnets: 1, types: [] });
  refuse(code, { message: `Choose another\nzone. ${'x'.repeat(5_000)}` });
  await world.deliver([MAY]);
  const message = (await world.status('may'))?.message ?? '';
  expect(message).toContain(`${code}: Choose another zone. xxx`);
  expect(message.length).toBeLessThan(900);
});

test('candidates that had the same answer share it, and very many are cut', async () => {
  world = await startWorld({ types: Array.from({ length: 20 }, (_, index) => `m${index + 1}i.large`) });
  const [first, second] = world.subnetIds;
  refuse('InsufficientInstanceCapacity', { count: 100, message: `Not here. ${'x'.repeat(300)}` });
  await world.deliver([MAY]);
  const message = (await world.status('may'))?.message ?? '';
  expect(message).toContain(`type in ${first}, the template's instance type in ${second}, m1i.large in ${first}`);
  expect(message.length).toBeLessThan(1_300);
});

test('the opaque part of an authorization failure is kept out of records and is in the log, where it can be decoded', async () => {
  world = await startWorld();
  refuse('UnauthorizedOperation', {
    message: 'You may not. Encoded authorization failure message: x1y2z3',
    status: 403,
  });
  await world.deliver([MAY]);
  expect((await world.status('may'))?.message).not.toContain('x1y2z3');
  expect(world.logged.join()).toContain('"encodedAuthorizationMessage":"x1y2z3"');
});

test('a version that does not exist fails the job at once', async () => {
  world = await startWorld();
  expect(await world.deliver([body({ key: input('template=99/may') })])).toEqual(nothingFailed);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
});

test('a key that cannot be understood gets its record without a call to EC2', async () => {
  world = await startWorld();
  expect(await world.deliver([body({ key: input('template=new/may') })])).toEqual(nothingFailed);
  expect(world.calls).toEqual([]);
  expect(await world.status('may')).toMatchObject({
    state: 'FAILED',
    message: expect.stringContaining('template=new'),
  });
});

test('types that exist nowhere in the subnets fail at once instead of waiting for hours', async () => {
  world = await startWorld();
  refuse('Unsupported');
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
});

test('a further type that is wrong for the template does not fail a job that only lacks room', async () => {
  world = await startWorld({ types: ['m6i.large'] });
  refuse('InsufficientInstanceCapacity', { when: { instanceType: 'm7i.large' } });
  refuse('InvalidParameterValue', { status: 400, when: { instanceType: 'm6i.large' } });
  expect(await world.deliver([MAY])).toEqual(waits);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING', reason: 'NO_CAPACITY' });
});

test.each([
  ['InsufficientInstanceCapacity', 'NO_CAPACITY'],
  ['InvalidAMIID.NotFound', 'NO_IMAGE'],
  ['InternalError', 'NO_CAPACITY'],
])('a job that waited longer than launch_wait for %s fails with %s', async (code, reason) => {
  world = await startWorld();
  refuse(code);
  await world.deliver([MAY]);
  const sentAt = world.clock.now;
  world.clock.now += WAIT_SECONDS * 1000;
  expect(await world.deliver([MAY], 9, sentAt)).toEqual(nothingFailed);
  expect(await world.status('may')).toMatchObject({
    state: 'FAILED',
    reason,
    message: expect.stringContaining('gave up after'),
  });
  expect(await world.text('app_runner/output/may_ec2.log')).toContain(reason);
});

test('one message that waits keeps its own place only', async () => {
  world = await startWorld();
  world.ec2Service.failNext({ action: 'RunInstances', code: 'VcpuLimitExceeded' });
  expect(await world.deliver([MAY, body({ key: input('june') })])).toEqual(waits);
  expect(await world.status('june')).toBeUndefined();
});

test('a record that cannot be written keeps the message in the queue and fails no other', async () => {
  world = await startWorld();
  world.ec2Service.failNext({ action: 'RunInstances', code: 'UnauthorizedOperation' });
  world.s3Service.failNext({ status: 500, code: 'InternalError' });
  expect(await world.deliver([MAY, body({ key: input('june') })])).toEqual(waits);
  expect(world.launches()).toHaveLength(2);
  expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
});

test('an unexpected error of one job fails no other, and not even a queue that cannot be reached does', async () => {
  world = await startWorld();
  world.ec2Service.failNext({ action: 'RunInstances', code: 'VcpuLimitExceeded' });
  world.dependencies.postpone = async () => {
    throw new Error('no queue');
  };
  expect(await world.deliver([MAY, body({ key: input('june') })])).toEqual(waits);
  expect(world.launches()).toHaveLength(2);
});

test('a failed launch never lets the output of an older run pass for its own', async () => {
  world = await startWorld();
  await world.put('app_runner/output/may.zip', 'april');
  await world.put('app_runner/output/may_app.log', 'april');
  refuse('UnauthorizedOperation');
  await world.deliver([MAY]);
  expect(await world.text('app_runner/output/may.zip')).toBeUndefined();
  expect(await world.text('app_runner/output/may_app.log')).toBeUndefined();
});
