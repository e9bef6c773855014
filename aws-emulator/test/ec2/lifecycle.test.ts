import {
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, eventually, type Fixture, failure, IMAGE, REGION, startFixture } from './fixture';

describe('the life of an instance', () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await startFixture();
  });
  afterEach(() => f.close());

  const launch = async (input: Partial<RunInstancesCommandInput> = {}) => {
    const answer = await f.client.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        ImageId: IMAGE,
        InstanceInitiatedShutdownBehavior: 'terminate',
        ...input,
      }),
    );
    return answer.Instances?.[0]?.InstanceId ?? '';
  };
  const describe1 = async (id: string): Promise<Instance> => {
    const answer = await f.client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return answer.Reservations?.[0]?.Instances?.[0] ?? {};
  };
  const terminate = (id: string) => f.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  const states = () => f.events.map((event) => event.detail.state);

  it('goes from pending to running once its machine runs', async () => {
    let boot = () => {};
    f.host.onStart = () => new Promise((resolve) => (boot = resolve));
    const id = await launch();
    await eventually(() => f.host.started.length === 1);
    expect((await describe1(id)).State?.Name).toBe('pending');
    boot();
    await f.ec2.idle();
    expect((await describe1(id)).State).toEqual({ Code: 16, Name: 'running' });
  });

  it('tells of every step as EventBridge does', async () => {
    const id = await launch();
    await f.ec2.idle();
    await terminate(id);
    await eventually(() => f.events.length === 4);
    expect(states()).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
    expect(f.events[1]).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      account: ACCOUNT,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: REGION,
      resources: [`arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`],
      detail: { 'instance-id': id, state: 'running' },
    });
  });

  it('is terminated by the caller, once, and says who did it', async () => {
    const id = await launch();
    await f.ec2.idle();
    const { TerminatingInstances } = await terminate(id);
    expect(TerminatingInstances).toEqual([
      {
        InstanceId: id,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: { Code: 32, Name: 'shutting-down' },
      },
    ]);
    await f.ec2.idle();
    expect(f.host.stopped).toEqual([id]);
    const gone = await describe1(id);
    expect(gone.State?.Name).toBe('terminated');
    expect(gone.StateReason?.Code).toBe('Client.UserInitiatedShutdown');
    expect(gone.StateTransitionReason).toMatch(/^User initiated \(/);
    expect(gone.PrivateIpAddress).toBeUndefined();
    expect((await terminate(id)).TerminatingInstances?.[0]?.CurrentState?.Name).toBe('terminated');
  });

  it('can be terminated while it is still pending, and then never runs', async () => {
    let boot = () => {};
    f.host.onStart = () => new Promise((resolve) => (boot = resolve));
    const id = await launch();
    await eventually(() => f.host.started.length === 1);
    await terminate(id);
    boot();
    await f.ec2.idle();
    await eventually(() => f.events.length === 3);
    expect(states()).toEqual(['pending', 'shutting-down', 'terminated']);
    expect(f.host.stopped).toEqual([id]);
  });

  it('terminates when its machine powers itself off, by its shutdown behaviour', async () => {
    const id = await launch();
    await f.ec2.idle();
    f.ec2.instanceEnded(id, 'shutdown');
    const gone = await describe1(id);
    expect(gone.State?.Name).toBe('terminated');
    expect(gone.StateReason?.Code).toBe('Client.InstanceInitiatedShutdown');
  });

  it('only stops when its machine powers itself off and the behaviour is the default', async () => {
    const id = await launch({ InstanceInitiatedShutdownBehavior: undefined });
    await f.ec2.idle();
    f.ec2.instanceEnded(id, 'shutdown');
    await eventually(() => f.events.length === 4);
    expect(states().slice(2)).toEqual(['stopping', 'stopped']);
    await terminate(id);
    await f.ec2.idle();
    expect((await describe1(id)).State?.Name).toBe('terminated');
  });

  it.each([
    ['host-failure' as const, 'Server.InternalError'],
    ['spot-interruption' as const, 'Server.SpotInstanceTermination'],
  ])('terminates after a %s whatever its shutdown behaviour', async (reason, code) => {
    const id = await launch({ InstanceInitiatedShutdownBehavior: 'stop' });
    await f.ec2.idle();
    f.ec2.instanceEnded(id, reason);
    expect(await describe1(id)).toMatchObject({ State: { Name: 'terminated' }, StateReason: { Code: code } });
  });

  it('goes from pending to terminated when its machine does not come up', async () => {
    f.host.onStart = async () => {
      throw new Error('no such folder');
    };
    const id = await launch();
    await f.ec2.idle();
    expect(await describe1(id)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.InternalError', Message: 'Server.InternalError: no such folder' },
    });
  });

  it('gives out the end of its console in base64', async () => {
    const id = await launch();
    f.host.consoles.set(id, `${'x'.repeat(70_000)}the end\n`);
    const { Output, Timestamp } = await f.client.send(new GetConsoleOutputCommand({ InstanceId: id }));
    const text = Buffer.from(Output ?? '', 'base64').toString();
    expect(text).toHaveLength(65_536);
    expect(text).toMatch(/the end\n$/);
    expect(Timestamp).toBeInstanceOf(Date);
  });

  it('is protected from termination when it was launched so', async () => {
    const id = await launch({ DisableApiTermination: true });
    await f.ec2.idle();
    expect((await failure(terminate(id))).code).toBe('OperationNotPermitted');
  });

  it('is refused by name when it does not exist', async () => {
    const id = 'i-00000000000000000';
    expect(await failure(terminate(id))).toMatchObject({
      code: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${id}' does not exist`,
    });
    expect((await failure(terminate('instance'))).code).toBe('InvalidInstanceID.Malformed');
  });
});
