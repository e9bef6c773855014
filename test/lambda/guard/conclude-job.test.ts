import { CreateTagsCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { JobRun } from '../../../contract/job-line';
import { WRITER_METADATA } from '../../../contract/keys';
import { causeOf } from '../../../lambda/guard/cause';
import type { GuardDependencies } from '../../../lambda/guard/conclude-job';
import { judgeEnding } from '../../../lambda/guard/ending';
import { asJobInstance, findJobInstances, type JobInstance } from '../../../lambda/guard/job-instance';
import { removeOlderOutputs } from '../../../lambda/guard/older-outputs';
import { body, CONSOLE, type GuardWorld, input, SCHEDULE, SEQUENCER, startGuardWorld } from './fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

/** Ends an instance of which the host says why. */
async function end(id: string, reason: 'shutdown' | 'spot-interruption' | 'host-failure'): Promise<void> {
  world.ec2Service.instanceEnded(id, reason);
  await world.stateChanged(id);
}

async function terminate(id: string): Promise<void> {
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await world.stateChanged(id);
}

test('a job whose instance somebody ended gets its record, with the console output as its log', async () => {
  const id = await world.launchJob('2026/may');
  const submitted = '2026-11-24T03:00:00Z';
  await world.putStatus({ job_id: '2026/may', state: 'RUNNING', instance_id: id, submitted });
  await terminate(id);
  expect(await world.status('2026/may')).toMatchObject({
    job_id: '2026/may',
    state: 'FAILED',
    reason: 'CANCELLED',
    message: 'Somebody ended the instance while the job ran; upload the input again (lambda-ec2 rerun)',
    attempt: 1,
    instance_id: id,
    instance_type: 'm7i.large',
    template_version: '1',
    input_key: input('2026/may'),
    input_version: 'v1',
    input_sequencer: SEQUENCER,
    submitted: '2026-11-24T03:00:00Z',
  });
  const log = await world.text('app_runner/output/2026/may_ec2.log');
  expect(log).toMatch(/lambda-ec2 guard: CANCELLED: Somebody ended/);
  expect(log).toContain(CONSOLE);
  expect(world.sent).toEqual([]);
});

test.each(['RUNNING', 'FAILED'] as const)(
  'what an earlier run left does not stay beside the record of one that was gone before it could clear it (%s)',
  async (state) => {
    const keys = ['app_runner/output/may.zip', 'app_runner/output/may_app.log'];
    for (const key of keys) await world.put(key, 'of an earlier run');
    const { LastModified } = await world.s3.send(new HeadObjectCommand({ Bucket: 'jobs', Key: keys[1] }));
    // S3 tells seconds: in the same one nobody can say what came first.
    while (Date.now() < (LastModified?.getTime() ?? 0) + 1_000) await new Promise((resolve) => setTimeout(resolve, 20));
    const id = await world.launchJob('may');
    await world.putStatus({ job_id: 'may', state, reason: state === 'FAILED' ? 'CANCELLED' : null, instance_id: id });
    await end(id, 'shutdown');
    await world.stateChanged(id);
    expect(await Promise.all(keys.map((key) => world.text(key)))).toEqual([undefined, undefined]);
  },
);

/** Uploads an output or a log as the runner of that instance does. */
const putOutput = (Key: string, instanceId: string) =>
  world.s3.send(
    new PutObjectCommand({ Bucket: 'jobs', Key, Body: instanceId, Metadata: { [WRITER_METADATA]: instanceId } }),
  );

test('nor what an earlier upload wrote when the instance of this one was there already', async () => {
  const [output, appLog] = ['app_runner/output/may.zip', 'app_runner/output/may_app.log'];
  const id = await world.launchJob('may');
  await putOutput(output, 'i-0123456789abcdef0');
  await putOutput(appLog, 'i-0123456789abcdef0');
  const started = new Date(Date.now() + 2_000).toISOString();
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id, started });
  await end(id, 'shutdown');
  expect(await world.status('may')).toMatchObject({ reason: 'LOST', instance_id: id });
  expect(await world.text(output)).toBeUndefined();
  expect(await world.text(appLog)).toBeUndefined();
});

test('the output of a newer upload that began meanwhile stays', async () => {
  const output = 'app_runner/output/may.zip';
  const id = await world.launchJob('may');
  const [instance] = (await findJobInstances(world.ec2, world.dependencies.env)) as [JobInstance];
  expect(instance.id).toBe(id);
  await world.putStatus({ job_id: 'may', state: 'RUNNING', input_sequencer: 'F0' });
  await putOutput(output, 'i-0123456789abcdef0');
  await removeOlderOutputs(world.dependencies, 'jobs', 'may', {
    ...instance,
    job: instance.job as JobRun,
    begun: null,
  });
  expect(await world.text(output)).toBe('i-0123456789abcdef0');
});

test('a policy that denies to take it away costs no record', async () => {
  const { s3 } = world.dependencies;
  const send = s3.send.bind(s3) as (command: object) => Promise<object>;
  jest.spyOn(s3, 'send').mockImplementation((command: object) => {
    const isOutput = /_app\.log$|\.zip$/.test((command as { input: { Key?: string } }).input.Key ?? '');
    if (!isOutput || command.constructor.name !== 'HeadObjectCommand') return send(command) as never;
    return Promise.reject(Object.assign(new Error('denied'), { $metadata: { httpStatusCode: 403 } })) as never;
  });
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
  await end(id, 'shutdown');
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
});

test('what a run has written itself stays beside the record that the guard makes of it, whatever its clock says', async () => {
  const id = await world.launchJob('may');
  const started = new Date(Date.now() + 60_000).toISOString();
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id, started });
  const keys = ['app_runner/output/may.zip', 'app_runner/output/may_app.log'];
  for (const key of keys) await putOutput(key, id);
  await end(id, 'shutdown');
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  expect(await Promise.all(keys.map((key) => world.text(key)))).toEqual([id, id]);
});

test('people are told once of a job that failed without a record of the runner', async () => {
  const id = await world.launchJob('may');
  await terminate(id);
  await world.stateChanged(id);
  expect(world.notices).toHaveLength(1);
  expect(world.notices[0]?.subject).toBe('lambda-ec2: job failed (CANCELLED)');
  expect(world.notices[0]?.message).toContain('s3://jobs/app_runner/output/may_status.json');
});

test('an event and a sweep that meet write one record and tell people once', async () => {
  const id = await world.launchJob('may');
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await Promise.all([world.stateChanged(id), world.stateChanged(id), world.stateChanged(id)]);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED' });
  expect(world.notices).toHaveLength(1);
});

test('a record is written even when people cannot be told', async () => {
  const id = await world.launchJob('may');
  world.dependencies.notify = () => Promise.reject(new Error('no topic'));
  await terminate(id);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED' });
});

test('an instance that powered itself off without a record has lost its job', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
  await stopsThenEnds(id);
  expect(world.sent).toEqual([]);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
});

/** The template of the tests has EC2's default behaviour, which is to stop. */
async function stopsThenEnds(id: string): Promise<void> {
  world.ec2Service.instanceEnded(id, 'shutdown');
  await world.stateChanged(id, 'stopped');
}

test('a stopped instance is judged by why it stopped, and terminated', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
  await stopsThenEnds(id);
  await world.stateChanged(id);
  expect(world.terminated).toEqual([id]);
  expect((await world.instances()).map(({ State }) => State?.Name)).toEqual(['terminated']);
  expect(await world.status('may')).toMatchObject({ reason: 'LOST' });
  expect(world.notices).toHaveLength(1);
});

test('a stopped instance is terminated even when its record cannot be written', async () => {
  const id = await world.launchJob('may');
  world.s3Service.failNext({ method: 'GET', status: 500, code: 'InternalError' });
  await expect(stopsThenEnds(id)).rejects.toThrow();
  expect(world.terminated).toEqual([id]);
});

test('what the runner had pushed of its log and its status is kept', async () => {
  const id = await world.launchJob('may');
  await world.put('app_runner/output/may_ec2.log', 'the app began\n');
  await world.putStatus({
    job_id: 'may',
    state: 'RUNNING',
    instance_id: id,
    git_commit: 'c0ffee',
    packages: ['six==1.0'],
  });
  await terminate(id);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', git_commit: 'c0ffee', packages: ['six==1.0'] });
  expect(await world.text('app_runner/output/may_ec2.log')).toMatch(
    /^the app began\n.*guard: CANCELLED.*\n.*guard: EC2 on the end of i-.*\n---/,
  );
});

test.each(['SUCCEEDED', 'FAILED'] as const)('a job with the record %s is left alone', async (state) => {
  const id = await world.launchJob('may');
  const reason = state === 'FAILED' ? 'APP_FAILED' : null;
  await world.putStatus({ job_id: 'may', state, reason, instance_id: id, message: 'its own' });
  await end(id, 'host-failure');
  expect(await world.status('may')).toMatchObject({ state, message: 'its own' });
  expect(world.sent).toEqual([]);
  expect(world.notices).toEqual([]);
});

test.each(['spot-interruption', 'host-failure'] as const)(
  'after a %s the job gets another instance',
  async (reason) => {
    const id = await world.launchJob('may');
    const submitted = '2026-11-24T03:00:00Z';
    await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id, submitted });
    await end(id, reason);
    expect(world.sent).toEqual([{ key: input('may'), attempt: 2, delaySeconds: 0 }]);
    expect(await world.status('may')).toMatchObject({ state: 'WAITING', reason: 'INTERRUPTED', attempt: 2, submitted });
    expect(world.notices).toEqual([]);
  },
);

test('the queued message launches a second instance, and its own interruption is the last', async () => {
  await end(await world.launchJob('may'), 'spot-interruption');
  const [message] = await world.queue.receive({ max: 1 });
  await world.deliver([message?.body as string]);
  const [first, second] = await world.instances();
  const next = [first, second].find((one) => one?.State?.Name !== 'terminated')?.InstanceId as string;
  await world.ec2Service.idle();
  await end(next, 'spot-interruption');
  expect(world.sent).toHaveLength(1);
  expect(await world.status('may')).toMatchObject({
    state: 'FAILED',
    reason: 'INTERRUPTED',
    attempt: 2,
    instance_id: next,
  });
  expect(world.notices).toHaveLength(1);
});

test('an interruption that the runner recorded itself is started again all the same', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'FAILED', reason: 'INTERRUPTED', instance_id: id });
  await end(id, 'spot-interruption');
  expect(world.sent).toMatchObject([{ attempt: 2 }]);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING', attempt: 2 });
});

test('the last attempt keeps the record that the runner wrote', async () => {
  const id = await world.launchJob('may', 2);
  await world.putStatus({
    job_id: 'may',
    state: 'FAILED',
    reason: 'INTERRUPTED',
    instance_id: id,
    attempt: 2,
    message: 'own',
  });
  await end(id, 'spot-interruption');
  expect(world.sent).toEqual([]);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', message: 'own' });
});

test('an event that comes twice puts the job into the queue once', async () => {
  const id = await world.launchJob('may');
  await end(id, 'host-failure');
  await world.stateChanged(id);
  await world.stateChanged(id, 'stopped');
  expect(world.sent).toHaveLength(1);
});

test('a guard that died after the message was sent sends it again, and never forgets it', async () => {
  const id = await world.launchJob('may');
  world.s3Service.failNext({ method: 'PUT', status: 500, code: 'InternalError' });
  await expect(end(id, 'host-failure')).rejects.toThrow();
  await world.stateChanged(id);
  expect(world.sent).toHaveLength(2);
  expect(await world.status('may')).toMatchObject({ state: 'WAITING', attempt: 2 });
});

test.each([
  ['Server.InsufficientInstanceCapacity', undefined, 'WAITING', 'NO_CAPACITY', 300],
  ['Server.InternalError', undefined, 'WAITING', 'INTERRUPTED', 0],
  ['Server.SomethingNew', undefined, 'WAITING', 'INTERRUPTED', 0],
  ['Client.VolumeLimitExceeded', 'Client.VolumeLimitExceeded: Volume limit exceeded', 'WAITING', 'NO_CAPACITY', 300],
  ['Client.InvalidSnapshot.NotFound', undefined, 'FAILED', 'NO_IMAGE', undefined],
  ['Client.InternalError', 'Client.InternalError: Client error on launch', 'FAILED', 'LAUNCH_REFUSED', undefined],
  // The message has a code of its own, which is the more exact one.
  ['Server.InternalError', 'Client.InternalError: Client error on launch', 'FAILED', 'LAUNCH_REFUSED', undefined],
  [
    'Client.InternalError',
    'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state',
    'FAILED',
    'LAUNCH_REFUSED',
    undefined,
  ],
  ['Client.InvalidKMSKey.DisabledKey', 'The key is disabled', 'FAILED', 'LAUNCH_REFUSED', undefined],
  ['Server.InternalError', 'The KMS key could not be used', 'FAILED', 'LAUNCH_REFUSED', undefined],
  ['Client.SomethingNew', undefined, 'FAILED', 'LAUNCH_REFUSED', undefined],
] as const)(
  'an instance that goes from pending to terminated with %s (%s)',
  async (code, message, state, reason, delay) => {
    const fault = { action: 'RunInstances', diesBeforeRunning: code, ...(message && { message }) } as const;
    world.ec2Service.failNext(fault);
    const id = await world.launchJob('may');
    const [described] = await world.instances();
    await world.stateChanged(id);
    expect(await world.status('may')).toMatchObject({ state, reason });
    expect(world.sent.map(({ delaySeconds }) => delaySeconds)).toEqual(delay === undefined ? [] : [delay]);
    // EC2's own words are in the message, and in the log if there is one.
    const words = described?.StateReason?.Message as string;
    if (/KMS/.test(`${code} ${message}`))
      expect((await world.status('may'))?.message).toMatch(/^EC2 could not use the KMS key/);
    expect((await world.status('may'))?.message).toContain(words);
    if (state === 'FAILED') expect(await world.text('app_runner/output/may_ec2.log')).toContain(words);
  },
);

test("EC2's words come from the transition when there is no reason, and never without an end", () => {
  const cause = (stateReason: string, stateMessage: string, transition: string) =>
    causeOf({ stateReason, stateMessage, transition });
  expect(cause('', '', 'Server.InternalError')).toMatchObject({ code: 'Server.InternalError' });
  expect(cause('', '', 'User initiated (2026-11-24 03:00:00 GMT)')).toEqual({ code: '', words: '' });
  expect(cause('Client.X', 'no code', '')).toEqual({ code: 'Client.X', words: 'Client.X: no code' });
  expect(cause('Client.X', 'y'.repeat(5_000), '').words).toHaveLength(300);
});

test('the words that EC2 had for an end are kept in its tombstone', async () => {
  const message = 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state';
  world.ec2Service.failNext({ action: 'RunInstances', diesBeforeRunning: 'Client.InternalError', message });
  const id = await world.launchJob('may');
  const { send } = world.dependencies.ec2;
  world.dependencies.ec2.send = (async (command: never) => {
    const answer = (await send(command)) as { Reservations?: { Instances?: { State?: { Name: string } }[] }[] };
    for (const one of answer.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? []) {
      one.State = { Name: 'shutting-down' };
    }
    return answer;
  }) as GuardDependencies['ec2']['send'];
  await world.stateChanged(id, 'shutting-down');
  world.dependencies.ec2.send = send;
  world.forgotten.set(id, 'gone');
  await world.stateChanged(id);
  expect((await world.status('may'))?.message).toContain(message);
});

test('a log says why it lacks the console output', async () => {
  world.ec2Service.failNext({ action: 'GetConsoleOutput', code: 'UnauthorizedOperation', message: 'You may not.' });
  await terminate(await world.launchJob('may'));
  expect(await world.text('app_runner/output/may_ec2.log')).toMatch(
    /EC2 on the end of i-\w+: Client\.UserInitiatedShutdown; .*\nEC2 does not give the console output of i-\w+ \(UnauthorizedOperation: You may not\.\)\n$/,
  );
});

test('a job that ended after its time limit has timed out, before it somebody ended it', async () => {
  const id = await world.launchJob('may');
  await terminate(id);
  const [described] = await world.instances();
  const instance = asJobInstance(described ?? {}, world.dependencies.env);
  if (!instance) throw new Error('the instance is not recognised');
  const launched = instance.launchTime.getTime();
  const ended = (seconds: number) => {
    const time = new Date(launched + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return judgeEnding({ ...instance, transition: `User initiated (${time} GMT)` }, launched, 'made').reason;
  };
  expect([ended(3_500), ended(3_700)]).toEqual(['CANCELLED', 'TIMED_OUT']);
});

test('the status of a newer upload is never touched', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: 'i-9', input_sequencer: 'FF' });
  await end(id, 'host-failure');
  expect(await world.status('may')).toMatchObject({ state: 'RUNNING', instance_id: 'i-9' });
  expect(world.sent).toEqual([]);
});

test('an instance that came second to its job leaves it to the first', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: 'i-0123456789abcdef0' });
  await end(id, 'host-failure');
  expect(await world.status('may')).toMatchObject({ state: 'RUNNING', instance_id: 'i-0123456789abcdef0' });
  expect(world.sent).toEqual([]);
});

test('while a twin of the instance still boots, the job is left to it', async () => {
  const id = await world.launchJob('may');
  const tags = (await world.instances())[0]?.Tags?.filter(({ Key }) => !Key?.startsWith('aws:')) ?? [];
  const twin = await world.launchJob('june');
  await world.ec2.send(new CreateTagsCommand({ Resources: [twin], Tags: tags }));
  await terminate(id);
  expect(await world.status('may')).toBeUndefined();
  await terminate(twin);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', instance_id: twin });
});

test('a job that was left to a twin is looked at again when the twin left it to the instance that died', async () => {
  const first = await world.launchJob('may');
  const tags = [...((await world.instances()).find(({ InstanceId }) => InstanceId === first)?.Tags ?? [])].filter(
    ({ Key }) => !Key?.startsWith('aws:'),
  );
  const twin = await world.launchJob('june');
  await world.ec2.send(new CreateTagsCommand({ Resources: [twin], Tags: tags }));
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: first, input_version: 'v1' });
  await terminate(first);
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toMatchObject({ state: 'RUNNING' });
  await terminate(twin);
  await world.guard(SCHEDULE);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', instance_id: first });
  expect(world.notices).toHaveLength(1);
});

test('the output of a job whose record somebody took away is left alone', async () => {
  const id = await world.launchJob('may');
  await world.put('app_runner/output/may.zip', 'PK');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
  await world.remove('app_runner/output/may_status.json');
  await end(id, 'shutdown');
  expect(world.sent).toEqual([]);
  expect(await world.text('app_runner/output/may.zip')).toBe('PK');
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
});

describe('a job that never began', () => {
  test('is started again when its instance has ended, and no more often than interrupted ones', async () => {
    const first = await world.launchJob('may');
    await end(first, 'shutdown');
    expect(world.sent).toEqual([{ key: input('may'), attempt: 2, delaySeconds: 0 }]);
    expect(await world.status('may')).toMatchObject({
      state: 'WAITING',
      reason: 'LOST',
      message: 'The instance powered itself off before the job had begun; attempt 2 of 2 follows',
      attempt: 2,
    });
    const [message] = await world.queue.receive({ max: 1 });
    await world.deliver([message?.body as string]);
    await world.ec2Service.idle();
    const second = (await world.instances()).find(({ InstanceId }) => InstanceId !== first)?.InstanceId as string;
    await end(second, 'shutdown');
    expect(world.sent).toHaveLength(1);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST', instance_id: second });
    expect(await world.text('app_runner/output/may_ec2.log')).toContain(CONSOLE);
    expect(world.notices).toHaveLength(1);
  });

  test.each([
    ['a WAITING status of its own', { state: 'WAITING' }],
    ['the record of an older upload', { state: 'SUCCEEDED', input_sequencer: '00' }],
  ] as const)('is started again also beside %s', async (_, standing) => {
    const id = await world.launchJob('may');
    await world.putStatus({ job_id: 'may', ...standing });
    await end(id, 'shutdown');
    expect(world.sent).toMatchObject([{ attempt: 2 }]);
  });

  test('is started again by the tombstone of an instance that EC2 shows no more', async () => {
    const id = await world.launchJob('may');
    world.ec2Service.instanceEnded(id, 'shutdown');
    await world.stateChanged(id, 'shutting-down');
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await world.ec2Service.idle();
    world.forgotten.set(id, 'gone');
    world.clock.ahead = 300_000;
    await world.guard(SCHEDULE);
    expect(world.sent.length).toBeGreaterThan(0);
    expect(await world.status('may')).toMatchObject({ state: 'WAITING', attempt: 2 });
  });

  test('is left to its instance for as long as EC2 does not say that it has ended', async () => {
    const id = await world.launchJob('may');
    launchedAt(new Date(0));
    world.ec2Service.failNext({ action: 'TerminateInstances', code: 'InternalError', status: 400 });
    await expect(world.guard(SCHEDULE)).rejects.toThrow();
    expect(world.sent).toEqual([]);
    await world.guard(SCHEDULE);
    expect(world.terminated).toEqual([id, id]);
    expect(world.sent).toEqual([]);
    await world.stateChanged(id);
    expect(world.sent).toMatchObject([{ attempt: 2 }]);
    expect(await world.status('may')).toMatchObject({
      state: 'WAITING',
      message: expect.stringContaining('was ended at its time limit before the job had begun'),
    });
  });

  /** Has EC2 say that every instance was launched then. */
  function launchedAt(LaunchTime: Date): void {
    const { send } = world.dependencies.ec2;
    world.dependencies.ec2.send = (async (command: never) => {
      const answer = (await send(command)) as { Reservations?: { Instances?: { LaunchTime?: Date }[] }[] };
      for (const one of answer.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [])
        one.LaunchTime = LaunchTime;
      return answer;
    }) as GuardDependencies['ec2']['send'];
  }

  test('is not started again when somebody has ended its instance', async () => {
    const id = await world.launchJob('may');
    await terminate(id);
    expect(world.sent).toEqual([]);
    expect(await world.status('may')).toMatchObject({
      state: 'FAILED',
      reason: 'CANCELLED',
      message: 'Somebody ended the instance before the job had begun; upload the input again (lambda-ec2 rerun)',
    });
  });

  test('is not told from one whose record was taken away in a bucket without versions, and not started again', async () => {
    await world.deliver([body({ key: input('may') })]);
    await world.ec2Service.idle();
    const [instance] = await world.instances();
    await end(instance?.InstanceId as string, 'shutdown');
    expect(world.sent).toEqual([]);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  });

  test.each([
    ['its own', SEQUENCER, 'SUCCEEDED'],
    ["a newer upload's", 'FF', 'RUNNING'],
  ] as const)('nor when an earlier version of the record is %s', async (_, input_sequencer, state) => {
    const id = await world.launchJob('may');
    await world.putStatus({ job_id: 'may', state, input_sequencer });
    await world.put('app_runner/output/may_status.json', 'of a person');
    const older = { job_id: 'may', state: 'SUCCEEDED', input_sequencer: '00' } as const;
    for (let phase = 0; phase < 12; phase++) await world.putStatus(older);
    await end(id, 'shutdown');
    expect(world.sent).toEqual([]);
    expect(await world.status('may')).toMatchObject(older);
  });

  test('nor when the record of an older upload stands there again', async () => {
    await world.deliver([body({ key: input('may'), sequencer: '20' })]);
    await world.ec2Service.idle();
    await world.putStatus({ job_id: 'may', state: 'SUCCEEDED', input_sequencer: '10' });
    const [instance] = await world.instances();
    await end(instance?.InstanceId as string, 'shutdown');
    expect(world.sent).toEqual([]);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST', input_sequencer: '20' });
  });

  test.each(['host-failure', 'shutdown'] as const)(
    'nor when a newer upload has an instance, after: %s',
    async (reason) => {
      await world.deliver([body({ key: input('may'), sequencer: '10' })]);
      await world.ec2Service.idle();
      const [older] = await world.instances();
      await world.deliver([body({ key: input('may'), sequencer: '20' })]);
      await world.ec2Service.idle();
      await end(older?.InstanceId as string, reason);
      expect(world.sent).toEqual([]);
      expect(await world.status('may')).toBeUndefined();
    },
  );
});

describe('a status that cannot be read', () => {
  const STATUS = 'app_runner/output/may_status.json';
  const ZIP = 'app_runner/output/may.zip';
  const LOG = 'app_runner/output/may_ec2.log';
  const garbage = (text: string) => world.put(STATUS, text);

  test.each([
    ['an empty one', '', 'shutdown'],
    ['garbage', 'no JSON', 'shutdown'],
    ['an empty one', '', 'spot-interruption'],
    ['garbage', 'no JSON', 'host-failure'],
  ] as const)('(%s) costs the job neither its output nor a second run: %j, %s', async (_, text, reason) => {
    const id = await world.launchJob('may');
    await world.put(ZIP, 'PK');
    await world.put(LOG, 'the app began\n');
    await garbage(text);
    await end(id, reason);
    expect(world.sent).toEqual([]);
    expect(await world.text(ZIP)).toBe('PK');
    expect(await world.text(LOG)).toMatch(/^the app began\n.*guard: LOST/);
    expect(await world.status('may')).toMatchObject({
      state: 'FAILED',
      reason: 'LOST',
      message: expect.stringMatching(/^The status of the job could not be read and its instance has ended/),
      instance_id: id,
      input_sequencer: SEQUENCER,
    });
    expect(world.notices).toHaveLength(1);
  });

  test('is left to the instance of a newer upload in a bucket without versions', async () => {
    await world.deliver([body({ key: input('may'), sequencer: '10' })]);
    await world.ec2Service.idle();
    const [older] = await world.instances();
    await world.deliver([body({ key: input('may'), sequencer: '20' })]);
    await world.ec2Service.idle();
    const newer = (await world.instances()).find(({ InstanceId }) => InstanceId !== older?.InstanceId);
    await garbage('{');
    await end(older?.InstanceId as string, 'host-failure');
    expect(await world.text(STATUS)).toBe('{');
    await end(newer?.InstanceId as string, 'host-failure');
    expect(await world.status('may')).toMatchObject({ reason: 'LOST', input_sequencer: '20' });
  });

  test.each(['SUCCEEDED', 'FAILED'] as const)('gives way to the record %s that stood there before', async (state) => {
    const id = await world.launchJob('may');
    await world.put(ZIP, 'PK');
    await world.putStatus({ job_id: 'may', state, instance_id: id, message: 'its own', git_commit: 'c0ffee' });
    const before = await world.status('may');
    await garbage('');
    await garbage('{');
    await end(id, 'shutdown');
    expect(await world.status('may')).toEqual(before);
    expect(await world.text(ZIP)).toBe('PK');
    expect(world.notices).toEqual([]);
  });

  test('keeps what the run had written of itself', async () => {
    const id = await world.launchJob('may');
    await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id, git_commit: 'c0ffee' });
    await garbage('');
    await end(id, 'host-failure');
    expect(world.sent).toEqual([]);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST', git_commit: 'c0ffee' });
  });

  test('and that somebody has taken away begins no second run', async () => {
    const id = await world.launchJob('may');
    await garbage('');
    await world.remove(STATUS);
    await end(id, 'shutdown');
    expect(world.sent).toEqual([]);
    expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'LOST' });
  });

  test('is left to a newer upload whose it is', async () => {
    const id = await world.launchJob('may');
    await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: 'i-9', input_sequencer: 'FF' });
    await garbage('');
    await end(id, 'host-failure');
    expect(await world.text(STATUS)).toBe('');
  });

  test.each([
    ['denied', 403, 'AccessDenied'],
    ['not answered', 503, 'SlowDown'],
  ])(
    'because the reading is %s is read again until it can be, though EC2 has forgotten the job by then',
    async (...fault) => {
      const [, status, code] = fault;
      const id = await world.launchJob('may');
      await world.put(ZIP, 'PK');
      await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
      world.s3Service.failNext({ method: 'GET', keyPattern: /_status/, status, code });
      await expect(end(id, 'shutdown').then(() => world.stateChanged(id))).rejects.toThrow();
      await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      world.s3Service.failNext({ method: 'GET', keyPattern: /_status/, status, code });
      await expect(world.stateChanged(id)).rejects.toThrow();
      expect(await world.text(ZIP)).toBe('PK');
      expect(await world.status('may')).toMatchObject({ state: 'RUNNING' });
      world.forgotten.set(id, 'gone');
      world.clock.ahead = 300_000;
      await world.guard(SCHEDULE);
      expect(await world.status('may')).toMatchObject({ state: 'FAILED', instance_id: id });
      expect(await world.text(ZIP)).toBe('PK');
    },
  );
});

test('a job whose record somebody has collected is over', async () => {
  const id = await world.launchJob('may');
  await world.putStatus({ job_id: 'may', state: 'SUCCEEDED', instance_id: id });
  await world.remove('app_runner/output/may_status.json');
  await end(id, 'host-failure');
  expect(await world.status('may')).toBeUndefined();
  expect(world.sent).toEqual([]);
  expect(world.notices).toEqual([]);
});

test('a log that cannot be read stays as it is', async () => {
  const id = await world.launchJob('may');
  await world.put('app_runner/output/may_ec2.log', 'the app began\n');
  await world.putStatus({ job_id: 'may', state: 'RUNNING', instance_id: id });
  world.s3Service.failNext({ method: 'GET', keyPattern: /_ec2/, status: 403, code: 'AccessDenied' });
  await terminate(id);
  expect(await world.status('may')).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });
  expect(await world.text('app_runner/output/may_ec2.log')).toBe('the app began\n');
});
