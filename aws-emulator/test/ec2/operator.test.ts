import {
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  type InstanceAttributeName,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { base64, type Fixture, failure, IMAGE, REGION, startFixture } from './fixture';

describe("the calls of an operator's day", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await startFixture();
  });
  afterEach(() => f.close());

  const launch = async (rest: object = {}) => {
    const Tags = [
      { Key: 'job', Value: 'a' },
      { Key: 'app', Value: 'x' },
    ];
    const TagSpecifications = [{ ResourceType: 'instance' as const, Tags }];
    const input = { MinCount: 1, MaxCount: 1, ImageId: IMAGE, TagSpecifications, ...rest };
    const [instance] = (await f.client.send(new RunInstancesCommand(input))).Instances ?? [];
    await f.ec2.idle();
    return instance?.InstanceId ?? '';
  };

  it('tells the status of running instances, and of all when asked', async () => {
    const [running, ended] = [await launch(), await launch()];
    f.ec2.instanceEnded(ended, 'host-failure');
    const status = (input: object) => f.client.send(new DescribeInstanceStatusCommand(input));

    expect((await status({})).InstanceStatuses).toMatchObject([
      { InstanceId: running, InstanceState: { Name: 'running' }, InstanceStatus: { Status: 'ok' } },
    ]);
    expect((await status({ IncludeAllInstances: true, InstanceIds: [ended] })).InstanceStatuses).toMatchObject([
      { InstanceId: ended, InstanceState: { Name: 'terminated' }, SystemStatus: { Status: 'not-applicable' } },
    ]);
  });

  it('tells the attributes of an instance one by one', async () => {
    const InstanceId = await launch({ UserData: base64('#!/bin/sh'), InstanceType: 'm6i.large' });
    const attribute = (Attribute: InstanceAttributeName) =>
      f.client.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));

    expect(await attribute('userData')).toMatchObject({ InstanceId, UserData: { Value: base64('#!/bin/sh') } });
    expect(await attribute('instanceType')).toMatchObject({ InstanceType: { Value: 'm6i.large' } });
    expect(await attribute('disableApiTermination')).toMatchObject({ DisableApiTermination: { Value: false } });
    expect(await attribute('instanceInitiatedShutdownBehavior')).toMatchObject({
      InstanceInitiatedShutdownBehavior: { Value: 'stop' },
    });
    expect(await failure(attribute('sriovNetSupport'))).toMatchObject({ code: 'UnsupportedOperation' });
  });

  it('stops an instance, which can still be terminated', async () => {
    const id = await launch();
    const { StoppingInstances } = await f.client.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await f.ec2.idle();

    expect(StoppingInstances).toMatchObject([
      { InstanceId: id, PreviousState: { Name: 'running' }, CurrentState: { Name: 'stopping', Code: 64 } },
    ]);
    expect(f.host.stopped).toEqual([id]);
    await f.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await f.ec2.idle();
    expect(f.events.map(({ detail }) => detail.state)).toEqual(
      expect.arrayContaining(['stopping', 'stopped', 'terminated']),
    );
  });

  it.each([
    ['a Spot Instance', { InstanceMarketOptions: { MarketType: 'spot' } }, 'UnsupportedOperation'],
    ['one with stop protection', { DisableApiStop: true }, 'OperationNotPermitted'],
  ])('does not stop %s', async (_what, rest, code) => {
    const stop = new StopInstancesCommand({ InstanceIds: [await launch(rest)] });
    expect(await failure(f.client.send(stop))).toMatchObject({ code });
    expect(f.host.stopped).toEqual([]);
  });

  it('lists tags of all resources and takes them away by key, or by key and value', async () => {
    const id = await launch();
    const tags = async () => {
      const Filters = [{ Name: 'resource-id', Values: [id] }];
      return (await f.client.send(new DescribeTagsCommand({ Filters }))).Tags?.map(({ Key, Value }) => [Key, Value]);
    };
    expect(await tags()).toEqual([
      ['job', 'a'],
      ['app', 'x'],
    ]);
    const Tags = [{ Key: 'job', Value: 'other' }, { Key: 'app' }];
    await f.client.send(new DeleteTagsCommand({ Resources: [id], Tags }));
    expect(await tags()).toEqual([['job', 'a']]);
  });

  it('knows its Region, zones, default VPC and subnets', async () => {
    const [subnet] = f.ec2.subnets;
    const { Regions } = await f.client.send(new DescribeRegionsCommand({}));
    const { AvailabilityZones } = await f.client.send(new DescribeAvailabilityZonesCommand({}));
    const { Vpcs } = await f.client.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    );
    const Filters = [{ Name: 'availability-zone', Values: [`${REGION}a`] }];

    expect(Regions?.map((one) => one.RegionName)).toEqual([REGION]);
    expect(AvailabilityZones?.map((one) => one.ZoneName)).toEqual(['a', 'b', 'c'].map((letter) => REGION + letter));
    expect(Vpcs).toMatchObject([{ VpcId: subnet?.vpcId, IsDefault: true }]);
    expect((await f.client.send(new DescribeSubnetsCommand({ Filters }))).Subnets).toMatchObject([
      { SubnetId: subnet?.id, VpcId: subnet?.vpcId, CidrBlock: '172.31.0.0/20' },
    ]);
  });

  it.each([
    ['m6i.large', 2],
    ['c7g.xlarge', 4],
    ['r6i.24xlarge', 96],
    ['c4.8xlarge', undefined],
    ['t3.micro', undefined],
  ] as const)('tells the vCPUs of %s: %s', async (type, vcpus) => {
    const ask = new DescribeInstanceTypesCommand({ InstanceTypes: [type] });
    const [info] = (await f.client.send(ask)).InstanceTypes ?? [];

    expect([info?.InstanceType, info?.VCpuInfo?.DefaultVCpus]).toEqual([type, vcpus]);
  });

  it('says in one sentence what is not there', async () => {
    expect(await failure(f.client.send(new DescribeVolumesCommand({})))).toMatchObject({
      code: 'InvalidAction',
      message: 'DescribeVolumes of ec2 is not implemented here',
    });
  });
});
