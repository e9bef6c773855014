import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { Status } from '../../../contract/status';
import { LAUNCH_TIMEOUT } from '../../../infra/timeouts';
import { body, input, startWorld, type World } from './fixture';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const MAY = body({ key: input('may'), versionId: 'v1' });
const waits = { batchItemFailures: [{ itemIdentifier: 'm0' }] };
const nothingFailed = { batchItemFailures: [] };

const instances = async () => (await world.ec2.send(new DescribeInstancesCommand({}))).Reservations ?? [];
const statusOf = (state: Status['state'], more: Partial<Status> = {}): string =>
  JSON.stringify({ job_id: 'may', state, message: 'x', attempt: 1, input_sequencer: '0055AED6DCD90281E5', ...more });
const putStatus = (text: string) => world.put('app_runner/output/may_status.json', text);

test('a redelivered message first looks for the instance of its job and launches no second one elsewhere', async () => {
  // The answer is lost after the launch in the first subnet; on the redelivery that subnet is full.
  world.ec2Service.failNext({ action: 'RunInstances', lostAnswer: true });
  expect(await world.deliver([MAY])).toEqual(waits);
  world.ec2Service.failNext({
    action: 'RunInstances',
    code: 'InsufficientInstanceCapacity',
    when: { subnetId: world.subnetIds[0] },
  });
  expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
  expect(world.calls.map(({ name }) => name)).toEqual(['RunInstances', 'DescribeInstances']);
  expect(await instances()).toHaveLength(1);
});

test('a redelivered message is hidden for little longer than the function has, should that be killed', async () => {
  await world.deliver([MAY]);
  expect(world.postponed).toEqual([]);
  await world.deliver([MAY], 2);
  expect(world.postponed).toEqual([75]);
  expect(75).toBeGreaterThan(LAUNCH_TIMEOUT.toSeconds());
});

test('a lost answer never leads on to the next candidate', async () => {
  world.ec2Service.failNext({ action: 'RunInstances', lostAnswer: true });
  await world.deliver([MAY]);
  expect(world.launches()).toHaveLength(1);
});

test('an instance that is already terminated counts as the run', async () => {
  await world.deliver([MAY]);
  const id = (await instances())[0]?.Instances?.[0]?.InstanceId as string;
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await world.ec2Service.idle();
  expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
  expect(await world.deliver([MAY])).toEqual(nothingFailed); // IdempotentInstanceTerminated
  expect(world.launches()).toHaveLength(2);
  expect(await instances()).toHaveLength(1);
  expect(await world.status('may')).toBeUndefined();
});

test.each(['RUNNING', 'SUCCEEDED', 'FAILED'] as const)(
  'when EC2 has forgotten the instance, the status %s says that the run was had',
  async (state) => {
    await putStatus(statusOf(state));
    expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
    expect(world.launches()).toHaveLength(0);
  },
);

test('a redelivered message whose status is WAITING is launched', async () => {
  await putStatus(statusOf('WAITING'));
  expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
  expect(world.launches()).toHaveLength(1);
});

test('the record of an older upload does not keep a newer one from running', async () => {
  await putStatus(statusOf('SUCCEEDED', { input_sequencer: '00' }));
  await world.deliver([MAY], 2);
  expect(world.launches()).toHaveLength(1);
});

test('a message that a newer upload has overtaken is let go', async () => {
  await putStatus(statusOf('WAITING', { input_sequencer: 'FF' }));
  expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
  expect(world.launches()).toHaveLength(0);
});

test.each(['', 'no JSON'])(
  'a redelivered message whose status cannot be read (%j) gets a record instead of a second run',
  async (text) => {
    await putStatus(text);
    await world.put('app_runner/output/may.zip', 'PK');
    expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
    expect(world.launches()).toHaveLength(0);
    expect(await world.text('app_runner/output/may.zip')).toBe('PK');
    expect(await world.status('may')).toMatchObject({
      state: 'FAILED',
      reason: 'LOST',
      message: expect.stringContaining('the status of the job could not be read'),
    });
  },
);

test('a used token beside a status that cannot be read means that a run may have been', async () => {
  await putStatus('');
  world.ec2Service.failNext({ action: 'RunInstances', code: 'IdempotentParameterMismatch' });
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(await instances()).toHaveLength(0);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
});

test('garbage that an older upload has left does not keep a new one from running', async () => {
  await putStatus('no JSON');
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(await instances()).toHaveLength(1);
});

test('a look that fails makes the message wait, and never launches blindly', async () => {
  world.ec2Service.failNext({ action: 'DescribeInstances', code: 'InternalError' });
  expect(await world.deliver([MAY], 2)).toEqual(waits);
  expect(world.launches()).toHaveLength(0);
});

test.each(['AccessDenied', 'UnauthorizedOperation'])(
  'a look that is denied (%s) refuses the job, and never launches blindly',
  async (code) => {
    world.ec2Service.failNext({ action: 'DescribeInstances', code, status: 403 });
    expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
    expect(world.launches()).toHaveLength(0);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
  },
);

test.each(['AuthFailure', 'ExpiredToken', 'RequestTimeTooSkewed', 'IncompleteBody', 'OperationAborted'])(
  'a look that is refused for the moment (%s) makes the message wait',
  async (code) => {
    world.ec2Service.failNext({ action: 'DescribeInstances', code, status: 403 });
    expect(await world.deliver([MAY], 2)).toEqual(waits);
  },
);

test('a look after a used token that fails leaves a record that says why the job waits', async () => {
  world.ec2Service.failNext({ action: 'RunInstances', code: 'IdempotentParameterMismatch' });
  world.ec2Service.failNext({ action: 'DescribeInstances', code: 'InternalError' });
  await world.deliver([MAY]);
  expect(await world.status('may')).toMatchObject({
    state: 'WAITING',
    message: expect.stringContaining('InternalError'),
  });
});

test('a token used with other parameters means that a launch happened: its instance is looked for', async () => {
  await world.deliver([MAY]);
  world.ec2Service.failNext({ action: 'RunInstances', code: 'IdempotentParameterMismatch' });
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(world.calls.at(-1)?.name).toBe('DescribeInstances');
  expect(await instances()).toHaveLength(1);
});

test('a used token without an instance waits at first, and is renewed once the look on redelivery finds nothing', async () => {
  world.ec2Service.failNext({ action: 'RunInstances', code: 'IdempotentParameterMismatch', count: 2 });
  expect(await world.deliver([MAY])).toEqual(waits);
  expect(await instances()).toHaveLength(0);
  expect(await world.deliver([MAY], 2)).toEqual(nothingFailed);
  expect(await instances()).toHaveLength(1);
  const tokens = world.launches().map(({ ClientToken }) => ClientToken);
  expect(tokens[1]).toBe(tokens[0]);
  expect(tokens[2]).not.toBe(tokens[0]);
});

test('of a message with two uploads, the one that was launched is not launched again while the other waits', async () => {
  const both = body({ key: input('may') }, { key: input('june') });
  const full = { action: 'RunInstances', code: 'VcpuLimitExceeded', when: { subnetId: world.subnetIds[0] } } as const;
  await world.deliver([body({ key: input('may') })]);
  world.ec2Service.failNext(full);
  // May finds its instance; June meets the quota, waits, and comes through on the next delivery.
  expect(await world.deliver([both], 2)).toEqual(waits);
  expect(await world.deliver([both], 3)).toEqual(nothingFailed);
  expect(await instances()).toHaveLength(2);
});

test.each(['RUNNING', 'SUCCEEDED', 'FAILED'] as const)('waiting never overwrites %s of the same run', async (state) => {
  const standing = statusOf(state);
  await putStatus(standing);
  world.ec2Service.failNext({ action: 'RunInstances', code: 'VcpuLimitExceeded' });
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(await world.text('app_runner/output/may_status.json')).toBe(standing);
});

test('a refused launch never overwrites the status of a newer upload', async () => {
  const standing = statusOf('RUNNING', { input_sequencer: 'FF' });
  await putStatus(standing);
  world.ec2Service.failNext({ action: 'RunInstances', code: 'UnauthorizedOperation' });
  expect(await world.deliver([MAY])).toEqual(nothingFailed);
  expect(await world.text('app_runner/output/may_status.json')).toBe(standing);
});
