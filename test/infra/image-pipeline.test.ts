import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IMAGE, type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate();
});
const the = (type: string, settings?: Record<string, unknown>) =>
  theResource(settings ? rawTemplate(settings) : template, `AWS::ImageBuilder::${type}`).Properties;

test('the recipe counts its own version up, and holds the component', () => {
  const recipe = the('ImageRecipe');
  expect(recipe.Version).toBe('1.0.x');
  expect(the('Component')).toMatchObject({ Name: 'lambda-ec2', Version: '1.0.0', Data: IMAGE.data });
  const [[id] = []] = resourcesOf(template, 'AWS::ImageBuilder::Component');
  expect(recipe.Components).toMatchObject([{ ComponentArn: { 'Fn::GetAtt': [id, 'Arn'] } }]);
});

test("a bake starts from Amazon's newest Amazon Linux 2023 of the architecture", () => {
  expect(JSON.stringify(the('ImageRecipe').ParentImage)).toContain(':aws:image/amazon-linux-2023-x86/x.x.x');
  const arm = the('ImageRecipe', { architecture: 'arm64', instance_types: ['m7g.large'] });
  expect(JSON.stringify(arm.ParentImage)).toContain(':aws:image/amazon-linux-2023-arm64/x.x.x');
});

test('bakes run on the instance types of the jobs, with IMDSv2, and leave nothing running when they fail', () => {
  const settings = { architecture: 'arm64', instance_types: ['m7g.large', 'c7g.xlarge'] };
  expect(the('InfrastructureConfiguration', settings)).toMatchObject({
    InstanceTypes: ['m7g.large', 'c7g.xlarge'],
    TerminateInstanceOnFailure: true,
    InstanceMetadataOptions: { HttpTokens: 'required' },
  });
});

test('the image has an encrypted gp3 volume, no larger than the smallest that a setting allows', () => {
  const [{ Ebs }] = the('ImageRecipe').BlockDeviceMappings;
  expect(Ebs).toMatchObject({ VolumeType: 'gp3', VolumeSize: 8, Encrypted: true, DeleteOnTermination: true });
});

test("without a key of the customer's the image is under AWS's own, whatever the account's default for volumes is", () => {
  const keyOf = (settings?: Record<string, unknown>) =>
    the('ImageRecipe', settings).BlockDeviceMappings[0].Ebs.KmsKeyId;
  const own = ['arn:', { Ref: 'AWS::Partition' }, ':kms:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
  expect(keyOf()).toEqual({ 'Fn::Join': ['', [...own, ':alias/aws/ebs']] });
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  expect(keyOf({ kms_key_arn: key })).toBe(key);
});

test('Session Manager stays in the image', () => {
  expect(the('ImageRecipe').AdditionalInstanceConfiguration).toEqual({
    SystemsManagerAgent: { UninstallAfterBuild: false },
  });
});

test('with a proxy the agent that Image Builder talks to is told of it at the start of the build instance', () => {
  const { UserDataOverride } = the('ImageRecipe', {
    http_proxy: 'http://proxy.example.com:3128',
    no_proxy: '.example.com',
  }).AdditionalInstanceConfiguration;
  const [separator, parts] = UserDataOverride['Fn::Base64']['Fn::Join'];
  const text = parts
    .map((part: string | { Ref: string }) =>
      typeof part === 'string' ? part : { 'AWS::Region': 'eu-west-1', 'AWS::URLSuffix': 'amazonaws.com' }[part.Ref],
    )
    .join(separator);
  expect(text).toMatch(/^#!\/bin\/bash\n/);
  expect(text).toContain(
    'Environment="http_proxy=http://proxy.example.com:3128" "https_proxy=http://proxy.example.com:3128" ' +
      '"no_proxy=.example.com,localhost,127.0.0.1,::1,169.254.169.254,fd00:ec2::254,s3.eu-west-1.amazonaws.com,',
  );
  expect(text).toMatch(/daemon-reload\nsystemctl restart amazon-ssm-agent/);
});

test('a finished image goes into the launch template as a version that is not made the default', () => {
  const [distribution] = the('DistributionConfiguration').Distributions;
  const [templateId] = resourcesOf(template, 'AWS::EC2::LaunchTemplate')[0] as [string, unknown];
  expect(distribution.LaunchTemplateConfigurations).toEqual([
    { LaunchTemplateId: { Ref: templateId }, AccountId: { Ref: 'AWS::AccountId' }, SetDefaultVersion: false },
  ]);
});

test('AMIs have a name with the date of their bake, and as tags the name of the stack and the Python that is in them', () => {
  const [{ AmiDistributionConfiguration }] = the('DistributionConfiguration', { name: 'nightly' }).Distributions;
  expect(AmiDistributionConfiguration).toEqual({
    Name: 'nightly {{ imagebuilder:buildDate }}',
    AmiTags: { 'lambda-ec2:stack': 'nightly', 'lambda-ec2:python-version': '3.6' },
  });
});

test('AMIs have the packages of the distribution that are in them as a tag, so that only settings that they suit get them', () => {
  const settings = { system_packages: ['poppler-utils', 'libgomp', 'libgomp'] };
  const [{ AmiDistributionConfiguration }] = the('DistributionConfiguration', settings).Distributions;
  expect(AmiDistributionConfiguration.AmiTags['lambda-ec2:system-packages']).toBe('libgomp poppler-utils');
  const [instance] = theResource(rawTemplate(settings), 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData
    .TagSpecifications;
  expect(instance.Tags).toContainEqual({ Key: 'system_packages', Value: 'libgomp poppler-utils' });
});

test('an image is tested before it is distributed', () => {
  expect(the('ImagePipeline').ImageTestsConfiguration.ImageTestsEnabled).toBe(true);
});

test('the deploy waits for no bake: there is a pipeline, and no image', () => {
  expect(resourcesOf(template, 'AWS::ImageBuilder::Image')).toEqual([]);
});

test('there is a schedule only when one is set, and it bakes only what has changed', () => {
  expect(the('ImagePipeline').Schedule).toBeUndefined();
  expect(the('ImagePipeline', { bake_schedule: 'cron(0 3 ? * sun *)' }).Schedule).toEqual({
    ScheduleExpression: 'cron(0 3 ? * sun *)',
    Timezone: 'Etc/UTC',
    PipelineExecutionStartCondition: 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE',
    AutoDisablePolicy: { FailureCount: 3 },
  });
});

test("the log of a bake is where Image Builder's own role may write, under a name that no later stack has", () => {
  const log = theResource(template, 'AWS::Logs::LogGroup', 'ImageLog').Properties;
  expect(log.RetentionInDays).toBe(90);
  const [separator, [prefix, suffix]] = log.LogGroupName['Fn::Join'];
  expect([separator, prefix]).toEqual(['', '/aws/imagebuilder/lambda-ec2-']);
  expect(JSON.stringify(suffix)).toContain('AWS::StackId');
  const [id] = resourcesOf(template, 'AWS::Logs::LogGroup').find(([name]) => name.includes('ImageLog')) as [
    string,
    unknown,
  ];
  expect(the('ImagePipeline').LoggingConfiguration).toEqual({ ImageLogGroupName: { Ref: id } });
});

test('old images go away with their snapshots, except the newest, as many as set, and those tagged to be kept', () => {
  const policy = the('LifecyclePolicy', { keep_images: 7 });
  expect(policy.ResourceSelection).toEqual({ TagMap: { 'lambda-ec2:stack': 'lambda-ec2' } });
  expect(policy.PolicyDetails).toEqual([
    {
      Action: { Type: 'DELETE', IncludeResources: { Amis: true, Snapshots: true } },
      Filter: { Type: 'COUNT', Value: 7 },
      ExclusionRules: {
        TagMap: { 'lambda-ec2:keep': 'true' },
        Amis: { TagMap: { 'lambda-ec2:keep': 'true' } },
      },
    },
  ]);
  expect(the('ImagePipeline').ImageTags).toEqual({ 'lambda-ec2:stack': 'lambda-ec2' });
});

test('doctor --fix switches the pipeline on again with everything that it has: what is left out would be lost', () => {
  const fix = readFileSync(path.join(__dirname, '../../cli/doctor/pipeline.ts'), 'utf8');
  const properties = Object.keys(the('ImagePipeline', { bake_schedule: 'cron(0 3 ? * sun *)' }));
  expect(properties.length).toBeGreaterThan(5);
  // The pipeline keeps its name.
  for (const name of properties.filter((one) => one !== 'Name')) {
    const parameter = name.charAt(0).toLowerCase() + name.slice(1);
    expect(fix).toMatch(new RegExp(`\\b${parameter}: `));
  }
});
