import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type Filter,
  paginateDescribeInstances,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, type Fixture, failure, IMAGE, startFixture } from './fixture';

describe('finding things', () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await startFixture();
  });
  afterEach(() => f.close());

  const launch = async (job: string, rest: object = {}) => {
    const answer = await f.client.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        ImageId: IMAGE,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'job', Value: job }] }],
        ...rest,
      }),
    );
    return answer.Instances?.[0]?.InstanceId ?? '';
  };
  const find = async (...Filters: Filter[]) => {
    const answer = await f.client.send(new DescribeInstancesCommand({ Filters }));
    return (answer.Reservations ?? []).flatMap((r) => r.Instances ?? []).map((i) => i.InstanceId);
  };

  it('finds instances by every filter given, with any of its values', async () => {
    const may = await launch('2026/may');
    const june = await launch('2026/june', { ClientToken: 'june', InstanceType: 'm6i.large' });
    await f.ec2.idle();
    f.ec2.instanceEnded(may, 'host-failure');

    expect(await find({ Name: 'instance-state-name', Values: ['pending', 'running'] })).toEqual([june]);
    expect(await find({ Name: 'tag:job', Values: ['2026/*'] })).toEqual([may, june]);
    expect(await find({ Name: 'tag:job', Values: ['2026/m?y', 'other'] })).toEqual([may]);
    expect(await find({ Name: 'tag:job', Values: ['2026/M*'] })).toEqual([]);
    expect(await find({ Name: 'tag:job', Values: ['2026/\\*'] })).toEqual([]);
    expect(await find({ Name: 'tag-key', Values: ['job'] })).toEqual([may, june]);
    expect(await find({ Name: 'client-token', Values: ['june'] })).toEqual([june]);
    expect(await find({ Name: 'image-id', Values: [IMAGE] }, { Name: 'instance-id', Values: [may] })).toEqual([may]);
    expect(await find({ Name: 'instance-type', Values: ['m6i.*'] })).toEqual([june]);
  });

  it('refuses a filter it does not have, rather than finding everything', async () => {
    expect(await failure(find({ Name: 'nonsense', Values: ['x'] }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: "The filter 'nonsense' is invalid",
    });
  });

  it('says of a filter that EC2 has and that is missing here that it is missing, not that it is invalid', async () => {
    const { code, message } = await failure(find({ Name: 'network-interface.vpc-id', Values: ['x'] }));
    expect(code).toBe('UnsupportedOperation');
    expect(message).toMatch(
      /^The filter 'network-interface.vpc-id' is not implemented here; these are: tag:KEY, tag-key/,
    );
  });

  it('finds instances by where and when they run', async () => {
    const [subnet] = f.ec2.subnets;
    const id = await launch('a', { SubnetId: subnet?.id });
    const { Reservations } = await f.client.send(new DescribeInstancesCommand({}));
    const { LaunchTime, PrivateIpAddress = '', VpcId = '' } = Reservations?.[0]?.Instances?.[0] ?? {};

    expect(await find({ Name: 'launch-time', Values: [`${LaunchTime?.toISOString().slice(0, 10)}*`] })).toEqual([id]);
    expect(await find({ Name: 'subnet-id', Values: [subnet?.id ?? ''] })).toEqual([id]);
    expect(await find({ Name: 'vpc-id', Values: [VpcId] })).toEqual([id]);
    expect(await find({ Name: 'private-ip-address', Values: [PrivateIpAddress] })).toEqual([id]);
    expect(await find({ Name: 'availability-zone', Values: ['*a'] })).toEqual([id]);
    expect(await find({ Name: 'availability-zone', Values: ['*b'] })).toEqual([]);
  });

  it('gives every instance exactly once over all pages', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) ids.push(await launch(`job ${i}`));
    const seen: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateDescribeInstances({ client: f.client, pageSize: 5 }, {})) {
      pages += 1;
      seen.push(...(page.Reservations ?? []).flatMap((r) => r.Instances ?? []).map((i) => i.InstanceId));
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(ids);
  });

  it('refuses page sizes and page tokens that EC2 would refuse', async () => {
    const ask = (input: object) => failure(f.client.send(new DescribeInstancesCommand(input)));
    expect((await ask({ MaxResults: 4 })).code).toBe('InvalidParameterValue');
    expect((await ask({ NextToken: 'made up' })).code).toBe('InvalidParameterValue');
    expect((await ask({ MaxResults: 5, InstanceIds: [await launch('x')] })).code).toBe('InvalidParameterCombination');
  });

  it('adds and replaces tags', async () => {
    const id = await launch('a');
    const Tags = [
      { Key: 'job', Value: 'b' },
      { Key: 'seen', Value: '' },
    ];
    await f.client.send(new CreateTagsCommand({ Resources: [id, IMAGE], Tags }));
    expect(f.ec2.tagsOf(id)).toEqual({ job: 'b', seen: '' });
  });

  it('tags all resources or none', async () => {
    const id = await launch('a', { MetadataOptions: { InstanceMetadataTags: 'enabled' } });
    const tag = (Resources: string[], Key: string) =>
      failure(f.client.send(new CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'x' }] })));
    expect((await tag([id, 'i-00000000000000000'], 'k')).code).toBe('InvalidInstanceID.NotFound');
    expect((await tag([IMAGE, id], 'not in metadata')).code).toBe('InvalidParameterValue');
    expect(f.ec2.tagsOf(id)).toEqual({ job: 'a' });
  });

  it('describes images by owner, id, name and tag, until they are deregistered', async () => {
    const other = f.ec2.addImage({ name: 'newer', rootDir: '/images/newer', tags: { CreatedBy: 'EC2 Image Builder' } });
    const images = async (input: object) =>
      (await f.client.send(new DescribeImagesCommand(input))).Images?.map((image) => image.ImageId);
    expect(await images({ Owners: ['self'] })).toEqual([IMAGE, other]);
    expect(await images({ Owners: ['amazon'] })).toEqual([]);
    expect(await images({ Owners: [ACCOUNT], Filters: [{ Name: 'name', Values: ['new*'] }] })).toEqual([other]);
    expect(await images({ Filters: [{ Name: 'tag:CreatedBy', Values: ['EC2 Image Builder'] }] })).toEqual([other]);
    await f.client.send(new DeregisterImageCommand({ ImageId: other }));
    expect((await failure(images({ ImageIds: [other] }))).code).toBe('InvalidAMIID.NotFound');
    expect((await failure(launch('late', { ImageId: other }))).code).toBe('InvalidAMIID.NotFound');
  });

  it('has a default VPC with a subnet in each of three Availability Zones', async () => {
    expect(f.ec2.subnets.map((subnet) => subnet.availabilityZone)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
  });
});
