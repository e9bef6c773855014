import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { eventually, type Fixture, failure, IMAGE, KEY, REGION, startFixture } from './fixture';

describe('a fault that was asked for', () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await startFixture();
  });
  afterEach(() => f.close());

  const launch = (rest: object = {}) =>
    f.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ImageId: IMAGE, ...rest }));

  it.each([
    ['InsufficientInstanceCapacity', 500],
    ['RequestLimitExceeded', 503],
    ['InternalError', 500],
    ['VcpuLimitExceeded', 400],
    ['Unsupported', 400],
    ['InsufficientFreeAddressesInSubnet', 400],
    ['UnauthorizedOperation', 403],
  ])('%s comes with HTTP status %i, as often as it was asked for', async (code, status) => {
    f.ec2.failNext({ action: 'RunInstances', code, count: 2 });
    expect(await failure(launch())).toMatchObject({ code, status });
    expect(await failure(launch())).toMatchObject({ code, status });
    await launch();
  });

  it('hits only launches into its subnet or of its type', async () => {
    const [a, b] = f.ec2.subnets.map((subnet) => subnet.id);
    f.ec2.failNext({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', when: { subnetId: a } });
    f.ec2.failNext({ action: 'RunInstances', code: 'Unsupported', when: { instanceType: 'm6i.large' } });
    await launch({ SubnetId: b });
    expect((await failure(launch({ SubnetId: a }))).code).toBe('InsufficientInstanceCapacity');
    expect((await failure(launch({ SubnetId: b, InstanceType: 'm6i.large' }))).code).toBe('Unsupported');
    await launch({ SubnetId: a, InstanceType: 'm6i.large' });
  });

  it('hits only its action', async () => {
    f.ec2.failNext({ action: 'TerminateInstances', code: 'InternalError' });
    await launch();
  });

  it('is retried by the SDK when it is a 5xx', async () => {
    const client = new EC2Client({ region: REGION, endpoint: f.endpoint.url, credentials: KEY, maxAttempts: 2 });
    f.ec2.failNext({ action: 'DescribeInstances', code: 'Unavailable' });
    const { $metadata } = await client.send(new DescribeInstancesCommand({}));
    expect($metadata.attempts).toBe(2);
    client.destroy();
  });

  it('can let a launch succeed and its instance die before it runs', async () => {
    f.ec2.failNext({ action: 'RunInstances', diesBeforeRunning: 'Server.InsufficientInstanceCapacity' });
    const id = (await launch()).Instances?.[0]?.InstanceId ?? '';
    const terminated = async () => {
      const answer = await f.client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const [instance] = answer.Reservations?.[0]?.Instances ?? [];
      return instance?.State?.Name === 'terminated' ? instance : undefined;
    };
    expect((await eventually(terminated)).StateReason?.Code).toBe('Server.InsufficientInstanceCapacity');
    expect(f.events.map((event) => event.detail.state)).toEqual(['pending', 'terminated']);
    expect(f.host.started).toEqual([]);
  });

  it('can word why an instance dies, in a message with a code of its own', async () => {
    const message = 'Client.InternalError: Client error on launch';
    f.ec2.failNext({ action: 'RunInstances', diesBeforeRunning: 'Server.InternalError', message });
    const id = (await launch()).Instances?.[0]?.InstanceId ?? '';
    await f.ec2.idle();
    const answer = await f.client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    expect(answer.Reservations?.[0]?.Instances?.[0]?.StateReason).toEqual({
      Code: 'Server.InternalError',
      Message: message,
    });
  });
});
