import {
  CreateLaunchTemplateCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { base64, type Fixture, failure, IMAGE, startFixture } from './fixture';

describe('RunInstances', () => {
  let f: Fixture;
  let names = 0;
  beforeEach(async () => {
    f = await startFixture();
  });
  afterEach(() => f.close());

  const template = async (data: RequestLaunchTemplateData) => {
    names += 1;
    const made = await f.client.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: `template-${names}`, LaunchTemplateData: data }),
    );
    return { LaunchTemplateId: made.LaunchTemplate?.LaunchTemplateId };
  };
  const run = (input: Partial<RunInstancesCommandInput>) =>
    f.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ...input }));
  const refused = (input: Partial<RunInstancesCommandInput>) => failure(run(input));

  it('merges the request over the template: tags by key, block devices by name, user data replaced', async () => {
    const LaunchTemplate = await template({
      ImageId: IMAGE,
      InstanceType: 'm6i.large',
      UserData: base64('of the template'),
      InstanceInitiatedShutdownBehavior: 'terminate',
      IamInstanceProfile: { Name: 'runner' },
      SecurityGroupIds: ['sg-0123456789abcdef0'],
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30, VolumeType: 'gp3' } }],
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'app_ref', Value: 'HEAD' },
            { Key: 'app_url', Value: 'u' },
          ],
        },
        { ResourceType: 'volume', Tags: [{ Key: 'app_url', Value: 'u' }] },
      ],
    });
    const answer = await run({
      LaunchTemplate,
      InstanceType: 'm6i.xlarge',
      UserData: base64('of the request'),
      SubnetId: f.ec2.subnets[1]?.id,
      MetadataOptions: { HttpPutResponseHopLimit: 2 },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Throughput: 250 } }],
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'app_ref', Value: 'v2' },
            { Key: 'Name', Value: 'job' },
          ],
        },
      ],
    });
    const [instance] = answer.Instances ?? [];
    expect(instance).toMatchObject({
      State: { Code: 0, Name: 'pending' },
      ImageId: IMAGE,
      InstanceType: 'm6i.xlarge',
      SubnetId: f.ec2.subnets[1]?.id,
      Placement: { AvailabilityZone: 'eu-west-1b' },
      IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/runner' },
      SecurityGroups: [{ GroupId: 'sg-0123456789abcdef0' }],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, InstanceMetadataTags: 'enabled' },
    });
    const tags = Object.fromEntries((instance?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    expect(tags).toEqual({
      app_ref: 'v2',
      app_url: 'u',
      Name: 'job',
      'aws:ec2launchtemplate:id': LaunchTemplate.LaunchTemplateId,
      'aws:ec2launchtemplate:version': '1',
    });
    await f.ec2.idle();
    expect(f.host.started).toMatchObject([
      {
        instanceId: instance?.InstanceId,
        imageRootDir: '/images/baked',
        userData: Buffer.from('of the request'),
        tagsInMetadata: true,
        httpTokens: 'required',
        launchTemplate: { version: '1' },
      },
    ]);
  });

  it('launches several instances into one reservation', async () => {
    const answer = await run({ ImageId: IMAGE, MinCount: 2, MaxCount: 3 });
    expect(answer.Instances?.map((i) => i.AmiLaunchIndex)).toEqual([0, 1, 2]);
    expect(new Set(answer.Instances?.map((i) => i.PrivateIpAddress)).size).toBe(3);
  });

  it('wants an image, from the template or the request, that exists', async () => {
    const LaunchTemplate = await template({ InstanceType: 'm6i.large' });
    expect(await refused({ LaunchTemplate })).toMatchObject({
      code: 'MissingParameter',
      status: 400,
      message: 'The request must contain the parameter ImageId',
    });
    expect(await refused({ LaunchTemplate, ImageId: 'ami-00000000000000000' })).toMatchObject({
      code: 'InvalidAMIID.NotFound',
      message: "The image id '[ami-00000000000000000]' does not exist",
    });
    expect((await refused({ ImageId: 'my-image' })).code).toBe('InvalidAMIID.Malformed');
  });

  it.each([
    [{ LaunchTemplateId: 'lt-00000000000000000' }, 'InvalidLaunchTemplateId.NotFound'],
    [{ LaunchTemplateId: 'template' }, 'InvalidLaunchTemplateId.Malformed'],
    [{ LaunchTemplateName: 'nobody' }, 'InvalidLaunchTemplateName.NotFoundException'],
    [{ LaunchTemplateId: 'lt-00000000000000000', LaunchTemplateName: 'nobody' }, 'InvalidParameterCombination'],
    [{}, 'MissingParameter'],
  ])('refuses the template %j with %s', async (LaunchTemplate, code) => {
    expect(await refused({ LaunchTemplate })).toMatchObject({ code, status: 400 });
  });

  it('refuses a version the template does not have', async () => {
    const LaunchTemplate = { ...(await template({ ImageId: IMAGE })), Version: '4' };
    expect((await refused({ LaunchTemplate })).code).toBe('InvalidLaunchTemplateId.VersionNotFound');
  });

  it('takes user data of 16 KiB and refuses one byte more', async () => {
    await run({ ImageId: IMAGE, UserData: base64('x'.repeat(16_384)) });
    expect(await refused({ ImageId: IMAGE, UserData: base64('x'.repeat(16_385)) })).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'User data is limited to 16384 bytes',
    });
  });

  it.each(['app url', 'app/url', '.', '_index', 'größe'])(
    'refuses the tag key %j once metadata shows tags, and takes it otherwise',
    async (Key) => {
      const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: [{ Key, Value: 'x' }] }];
      await run({ ImageId: IMAGE, TagSpecifications });
      const MetadataOptions = { InstanceMetadataTags: 'enabled' as const };
      const { code, message } = await refused({ ImageId: IMAGE, TagSpecifications, MetadataOptions });
      expect(code).toBe('InvalidParameterValue');
      expect(message).toContain(`'${Key}' is not a valid tag key. Tag keys must match pattern`);
    },
  );

  it.each([
    ['a value of 257 characters', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidParameterValue'],
    ['a reserved key', [{ Key: 'aws:mine', Value: 'v' }], 'InvalidParameterValue'],
    ['51 tags', Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' })), 'TagLimitExceeded'],
  ])('refuses %s', async (_what, Tags, code) => {
    expect((await refused({ ImageId: IMAGE, TagSpecifications: [{ ResourceType: 'instance', Tags }] })).code).toBe(
      code,
    );
  });

  it('refuses a subnet or security groups beside network interfaces', async () => {
    const LaunchTemplate = await template({ ImageId: IMAGE, NetworkInterfaces: [{ DeviceIndex: 0 }] });
    const { code, message } = await refused({ LaunchTemplate, SubnetId: f.ec2.subnets[0]?.id });
    expect(code).toBe('InvalidParameterCombination');
    expect(message).toContain('Network interfaces and an instance-level subnet ID');
    const groups = { LaunchTemplate, SecurityGroupIds: ['sg-0123456789abcdef0'] };
    expect((await refused(groups)).message).toContain('Network interfaces and an instance-level security groups');
  });

  it('refuses an unknown subnet, instance type, and tags for a Spot request that is none', async () => {
    expect((await refused({ ImageId: IMAGE, SubnetId: 'subnet-00000000000000000' })).code).toBe(
      'InvalidSubnetID.NotFound',
    );
    expect((await refused({ ImageId: IMAGE, InstanceType: 'huge.metal' as never })).message).toContain("'huge.metal'");
    const TagSpecifications = [{ ResourceType: 'spot-instances-request' as const, Tags: [{ Key: 'k', Value: 'v' }] }];
    expect((await refused({ ImageId: IMAGE, TagSpecifications })).code).toBe('InvalidParameterCombination');
  });

  it('only says that it would have worked when asked for a dry run', async () => {
    expect(await refused({ ImageId: IMAGE, DryRun: true })).toMatchObject({ code: 'DryRunOperation', status: 412 });
    expect((await refused({ DryRun: true })).code).toBe('MissingParameter');
    await f.ec2.idle();
    expect(f.host.started).toEqual([]);
  });
});
