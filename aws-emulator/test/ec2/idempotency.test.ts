import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeInstancesCommand,
  ModifyLaunchTemplateCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { base64, type Fixture, failure, IMAGE, startFixture } from './fixture';

describe('a client token of RunInstances', () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await startFixture();
  });
  afterEach(() => f.close());

  const run = async (input: Partial<RunInstancesCommandInput> = {}) => {
    const launch = { MinCount: 1, MaxCount: 1, ImageId: IMAGE, ClientToken: 'job-1', ...input };
    const answer = await f.client.send(new RunInstancesCommand(launch));
    return answer.Instances?.[0]?.InstanceId ?? '';
  };
  const count = async () =>
    (await f.client.send(new DescribeInstancesCommand({ Filters: [{ Name: 'client-token', Values: ['job-*'] }] })))
      .Reservations?.length;

  it('gives the same instance for the same request', async () => {
    const first = await run();
    await f.ec2.idle();
    expect(await run()).toBe(first);
    expect(await count()).toBe(1);
  });

  it('holds against two requests at once', async () => {
    const [first, second] = await Promise.all([run(), run()]);
    expect(second).toBe(first);
    await f.ec2.idle();
    expect(f.host.started).toHaveLength(1);
  });

  it('is refused with other parameters, user data included', async () => {
    await run();
    expect(await failure(run({ UserData: base64('another') }))).toMatchObject({
      code: 'IdempotentParameterMismatch',
      status: 400,
    });
  });

  it('is refused for good once its instance has terminated', async () => {
    const id = await run();
    await f.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await f.ec2.idle();
    expect(await failure(run())).toMatchObject({ code: 'IdempotentInstanceTerminated', status: 400 });
  });

  it('launches again in another Availability Zone, and not in the same one', async () => {
    const [a, b] = f.ec2.subnets.map((subnet) => subnet.id);
    const first = await run({ SubnetId: a });
    expect(await run({ SubnetId: a })).toBe(first);
    expect(await run({ SubnetId: b })).not.toBe(first);
  });

  it('holds when the default version has moved between two requests', async () => {
    const { LaunchTemplate } = await f.client.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: 'jobs', LaunchTemplateData: { ImageId: IMAGE } }),
    );
    const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId;
    const request = { ImageId: undefined, LaunchTemplate: { LaunchTemplateId, Version: '$Default' } };
    const first = await run(request);
    await f.client.send(
      new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData: { ImageId: IMAGE } }),
    );
    await f.client.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: '2' }));
    expect(await run(request)).toBe(first);
  });

  it('stays free when its launch was refused', async () => {
    f.ec2.failNext({ action: 'RunInstances', code: 'InsufficientInstanceCapacity' });
    expect((await failure(run())).code).toBe('InsufficientInstanceCapacity');
    expect(await count()).toBe(0);
    expect(await run({ InstanceType: 'm6i.large' })).toMatch(/^i-/);
  });

  it('finds the instance of a launch whose answer was lost', async () => {
    f.ec2.failNext({ action: 'RunInstances', lostAnswer: true });
    await expect(run()).rejects.toThrow();
    expect(await count()).toBe(1);
    expect(await run()).toMatch(/^i-/);
    expect(await count()).toBe(1);
  });

  it('may have 64 ASCII characters and not one more', async () => {
    await run({ ClientToken: 'x'.repeat(64) });
    expect((await failure(run({ ClientToken: 'x'.repeat(65) }))).code).toBe('InvalidParameterValue');
  });
});
