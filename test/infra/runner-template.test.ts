import { APP_SETTING_NAMES, appSetting } from '../../contract/app-settings';
import { checkSettings } from '../../contract/settings-load';
import { synthesizeLaunchTemplate } from '../../infra/synthesize-template';
import { APP_URL, type RawResource, rawTemplate, theResource } from './synth';

const launchTemplate = (settings?: Record<string, unknown>): RawResource =>
  theResource(rawTemplate(settings), 'AWS::EC2::LaunchTemplate');
const data = (settings?: Record<string, unknown>) => launchTemplate(settings).Properties.LaunchTemplateData;
const tagsOf = (specification: { Tags: { Key: string; Value: string }[] }) =>
  Object.fromEntries(specification.Tags.map(({ Key, Value }) => [Key, Value]));

test('metadata needs a session token, and shows the tags of the instance', () => {
  expect(data().MetadataOptions).toEqual({
    HttpEndpoint: 'enabled',
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 1,
    InstanceMetadataTags: 'enabled',
  });
});

test('an instance that powers off is terminated', () => {
  expect(data().InstanceInitiatedShutdownBehavior).toBe('terminate');
});

test('the root volume is encrypted gp3 and goes with the instance', () => {
  expect(data({ volume_size_gib: 40, volume_initialization_rate: 200 }).BlockDeviceMappings).toEqual([
    {
      DeviceName: '/dev/xvda',
      Ebs: {
        VolumeType: 'gp3',
        VolumeSize: 40,
        Encrypted: true,
        DeleteOnTermination: true,
        KmsKeyId: 'alias/aws/ebs',
        VolumeInitializationRate: 200,
      },
    },
  ]);
});

test("a key of the customer's encrypts the volume", () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  expect(data({ kms_key_arn: key }).BlockDeviceMappings[0].Ebs.KmsKeyId).toBe(key);
});

test('there is no image, no key pair, no user data, and no network interface that would refuse a subnet', () => {
  expect(Object.keys(data()).sort()).toEqual([
    'BlockDeviceMappings',
    'IamInstanceProfile',
    'InstanceInitiatedShutdownBehavior',
    'InstanceType',
    'MetadataOptions',
    'SecurityGroupIds',
    'TagSpecifications',
  ]);
});

test('the instance carries every app setting that is set, and the name of the stack, as tags', () => {
  const [instance, volume] = data({ name: 'nightly', ec2_timeout: '2h' }).TagSpecifications;
  const expected = APP_SETTING_NAMES.filter((name) => appSetting(name).default !== '');
  expect(Object.keys(tagsOf(instance)).sort()).toEqual([...expected, 'lambda-ec2:stack'].sort());
  expect(tagsOf(instance)).toMatchObject({ app_url: APP_URL, ec2_timeout: '2h', 'lambda-ec2:stack': 'nightly' });
  expect(tagsOf(volume)).toEqual({ 'lambda-ec2:stack': 'nightly' });
});

test('spot is a setting, and off by default', () => {
  expect(data().InstanceMarketOptions).toBeUndefined();
  expect(data({ spot: true }).InstanceMarketOptions).toEqual({
    MarketType: 'spot',
    SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
  });
});

test('the first of the instance types is the one of the template', () => {
  const settings = { architecture: 'arm64', instance_types: ['c7g.large', 'm7g.large'] };
  expect(data(settings).InstanceType).toBe('c7g.large');
});

test('the template of local mode is the one of the stack, apart from what it refers to', () => {
  const settings = { name: 'nightly', spot: true, volume_initialization_rate: 100, app_credentials: 'token' };
  const stack = launchTemplate(settings).Properties;
  const local = synthesizeLaunchTemplate(checkSettings({ app_url: APP_URL, ...settings }));
  expect(local.data).toEqual({
    ...stack.LaunchTemplateData,
    SecurityGroupIds: local.data.SecurityGroupIds,
    IamInstanceProfile: local.data.IamInstanceProfile,
  });
  expect([local.data.SecurityGroupIds?.length, Object.keys(local.data.IamInstanceProfile ?? {})]).toEqual([
    stack.LaunchTemplateData.SecurityGroupIds.length,
    Object.keys(stack.LaunchTemplateData.IamInstanceProfile),
  ]);
  expect(local.name).toBe(stack.LaunchTemplateName);
  expect(local.tags).toEqual(tagsOf(stack.TagSpecifications[0]));
});
