import { APP_SETTING_NAMES } from '../../contract/app-settings';
import type { JobRun } from '../../contract/job-line';
import { checkSettings } from '../../contract/settings-load';
import { PRICE_TAG } from '../../contract/tags';
import { MAX_OWN_TAGS } from '../../contract/tags-setting';
import { launchRequest } from '../../lambda/launch/request';
import { APP_URL, type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

const tags = { CostCenter: '42', Team: 'data' };
const SETTINGS = {
  name: 'nightly',
  notify_email: 'someone@example.com',
  quiet_days: 7,
  schedules: [{ name: 'daily', cron: 'cron(0 3 * * ? *)', input: 'app_runner/scheduled/daily.zip' }],
  tags,
};
const template = rawTemplate(SETTINGS);

/** Types whose resources cannot have tags, by CloudFormation's resource schemas of November 2026. */
const WITHOUT_TAGS = [
  'AWS::EC2::Route',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
  // Its own are in other words, and have tests of their own.
  'AWS::EC2::LaunchTemplate',
];

type Tagged = { Key: string; Value: string }[] | Record<string, string>;
const byKey = (tagged: Tagged = []) =>
  Array.isArray(tagged) ? Object.fromEntries(tagged.map(({ Key, Value }) => [Key, Value])) : tagged;

test('every resource that can have tags has them', () => {
  const lacking = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type.startsWith('AWS::') && !WITHOUT_TAGS.includes(Type))
    .filter(([, { Properties }]) => {
      const { CostCenter, Team } = byKey(Properties?.Tags);
      return CostCenter !== tags.CostCenter || Team !== tags.Team;
    });
  expect(lacking.map(([id, { Type }]) => `${Type} ${id}`)).toEqual([]);
});

const launchTags = (raw: RawTemplate) =>
  theResource(raw, 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.TagSpecifications as {
    ResourceType: string;
    Tags: Tagged;
  }[];
const tagsOf = (raw: RawTemplate, type: string) =>
  byKey(launchTags(raw).find(({ ResourceType }) => ResourceType === type)?.Tags);

test('a launch tags all that it makes, and a Spot request only where there is one', () => {
  const types = (raw: RawTemplate) => launchTags(raw).map(({ ResourceType }) => ResourceType);
  expect(types(template)).toEqual(['instance', 'volume', 'network-interface']);
  const spot = rawTemplate({ ...SETTINGS, spot: true });
  expect(types(spot)).toEqual(['instance', 'volume', 'network-interface', 'spot-instances-request']);
  for (const type of types(spot)) expect(tagsOf(spot, type)).toMatchObject({ ...tags, 'lambda-ec2:stack': 'nightly' });
  expect(types(rawTemplate({ spot: true }))).toEqual(['instance', 'volume']);
});

test('the launch template itself has them, beside the name of the stack', () => {
  const [own] = theResource(template, 'AWS::EC2::LaunchTemplate').Properties.TagSpecifications;
  expect([own.ResourceType, byKey(own.Tags)]).toEqual(['launch-template', { ...tags, 'lambda-ec2:stack': 'nightly' }]);
});

test('so have the instances of a bake, the AMI and the image', () => {
  const infrastructure = theResource(template, 'AWS::ImageBuilder::InfrastructureConfiguration').Properties;
  expect(infrastructure.ResourceTags).toEqual(tags);
  const [distribution] = theResource(template, 'AWS::ImageBuilder::DistributionConfiguration').Properties.Distributions;
  expect(distribution.AmiDistributionConfiguration.AmiTags).toEqual({
    ...tags,
    'lambda-ec2:stack': 'nightly',
    'lambda-ec2:python-version': '3.6',
  });
  const pipeline = theResource(template, 'AWS::ImageBuilder::ImagePipeline').Properties;
  expect(pipeline.ImageTags).toEqual({ ...tags, 'lambda-ec2:stack': 'nightly' });
});

test('the launcher may tag all that a launch makes, that of a version from before a change of spot or tags too', () => {
  for (const settings of [{}, { spot: true }, SETTINGS, { ...SETTINGS, spot: true }]) {
    const policy = theResource(rawTemplate(settings), 'AWS::IAM::Policy', 'Launcher');
    const statements: { Action: string; Resource: unknown; Condition?: unknown }[] =
      policy.Properties.PolicyDocument.Statement;
    const mayTag = statements.filter(({ Action }) => Action === 'ec2:CreateTags');
    expect(mayTag.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    ]);
    const expected = ['instance', 'network-interface', 'spot-instances-request', 'volume'];
    expect(JSON.stringify(mayTag[0]?.Resource).match(/[a-z-]+(?=\/\*)/g)).toEqual(expected);
    const starts = statements.filter(({ Action }) => Action === 'ec2:RunInstances');
    expect(JSON.stringify(starts).includes('spot-instances-request/*')).toBe(true);
  }
});

test('other tags make another text of the component, which Image Builder would refuse as the same one', () => {
  const text = (given: object) =>
    theResource(rawTemplate({ tags: given }), 'AWS::ImageBuilder::Component').Properties.Data;
  const texts = [{}, { CostCenter: '42' }, { CostCenter: '43' }].map(text);
  expect(new Set(texts).size).toBe(3);
  expect(text({ Team: 'x', CostCenter: '42' })).toBe(text({ CostCenter: '42', Team: 'x' }));
});

test('the most tags that are allowed leave room for every setting and the longest key', () => {
  const most = Object.fromEntries(Array.from({ length: MAX_OWN_TAGS }, (_, index) => [`key${index}`, 'v']));
  const settings = checkSettings({ app_url: APP_URL, price_per_hour: 0.1, tags: most });
  const ofTemplate = tagsOf(rawTemplate({ price_per_hour: 0.1, tags: settings.tags }), 'instance');
  const job: JobRun = {
    bucket: 'b'.repeat(63),
    key: `app_runner/input/${'ä'.repeat(501)}.zip`,
    versionId: 'v'.repeat(32),
    sequencer: '0'.repeat(18),
    attempt: 1,
  };
  const env = { stackName: 'nightly', templateId: 'lt-1' } as Parameters<typeof launchRequest>[0];
  const request = launchRequest(env, { job, jobId: 'x', candidate: {}, tokenNumber: 0 });
  const ofLaunch = byKey(request.TagSpecifications?.[0]?.Tags as Tagged);
  const keys = new Set([...Object.keys(ofTemplate), ...APP_SETTING_NAMES, PRICE_TAG, ...Object.keys(ofLaunch)]);
  expect(keys.size).toBeLessThanOrEqual(50);
  expect(MAX_OWN_TAGS).toBeGreaterThan(10);
});

test('without the setting nothing has changed for the pipeline', () => {
  const infrastructure = theResource(rawTemplate(), 'AWS::ImageBuilder::InfrastructureConfiguration').Properties;
  expect(infrastructure.ResourceTags).toBeUndefined();
  expect(resourcesOf(rawTemplate(), 'AWS::SQS::Queue').map(([, { Properties }]) => Properties.Tags)).toEqual([
    undefined,
    undefined,
  ]);
});
