import { type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate();
});
const idOf = (type: string, idPart = '') =>
  (resourcesOf(template, type).find(([id]) => id.includes(idPart)) as [string, unknown])[0];

test('a deploy that wrote a version or another recipe calls the function itself, with both', () => {
  expect(theResource(template, 'Custom::DefaultVersion').Properties).toEqual({
    ServiceToken: { 'Fn::GetAtt': [idOf('AWS::Lambda::Function', 'Publish'), 'Arn'] },
    ServiceTimeout: '240',
    LatestVersionNumber: { 'Fn::GetAtt': [idOf('AWS::EC2::LaunchTemplate'), 'LatestVersionNumber'] },
    RecipeArn: { 'Fn::GetAtt': [idOf('AWS::ImageBuilder::ImageRecipe'), 'Arn'] },
  });
});

test("it is called only when its permissions, the pipeline with the new recipe, and the bake's way to the internet are there", () => {
  expect(theResource(template, 'Custom::DefaultVersion').DependsOn).toEqual(
    expect.arrayContaining([
      idOf('AWS::IAM::Policy', 'Publish'),
      // Of who launches the version that is the default then: the first with `spot` asks for more.
      idOf('AWS::IAM::Policy', 'Launch'),
      idOf('AWS::Lambda::Function', 'Launch'),
      idOf('AWS::ImageBuilder::ImagePipeline'),
      idOf('AWS::ImageBuilder::DistributionConfiguration'),
      idOf('AWS::IAM::InstanceProfile', 'Bake'),
      idOf('AWS::EC2::Route', 'PublicSubnet1'),
    ]),
  );
});

test('the function gets the template, the pipeline and what the ARN of every image starts with', () => {
  const { Variables } = theResource(template, 'AWS::Lambda::Function', 'Publish').Properties.Environment;
  expect(Variables).toEqual({
    TEMPLATE_ID: { Ref: idOf('AWS::EC2::LaunchTemplate') },
    STACK_NAME: 'lambda-ec2',
    SUBNET_IDS: {
      'Fn::Join': ['', [1, 2, 3].flatMap((n) => [',', { Ref: expect.stringContaining(`Subnet${n}`) }]).slice(1)],
    },
    PIPELINE_ARN: { 'Fn::GetAtt': [idOf('AWS::ImageBuilder::ImagePipeline'), 'Arn'] },
    IMAGE_ARN_PREFIX: { 'Fn::Join': ['', expect.arrayContaining([':image/lambda-ec2/'])] },
    TOPIC_ARN: { Ref: idOf('AWS::SNS::Topic') },
  });
});

test('it hears of the bakes of this stack that ended, well or not, and of no other', () => {
  const { Properties } = theResource(template, 'AWS::Events::Rule', 'Baked');
  const { Variables } = theResource(template, 'AWS::Lambda::Function', 'Publish').Properties.Environment;
  expect(Properties.EventPattern).toEqual({
    source: ['aws.imagebuilder'],
    'detail-type': ['EC2 Image Builder Image State Change'],
    resources: [{ prefix: Variables.IMAGE_ARN_PREFIX }],
    detail: { state: { status: ['AVAILABLE', 'FAILED', 'CANCELLED'] } },
  });
});

test('every hour it looks whether the default version can be launched', () => {
  expect(theResource(template, 'AWS::Events::Rule', 'PublisherSchedule').Properties).toMatchObject({
    ScheduleExpression: 'rate(1 hour)',
    Targets: [{ Input: '{"source":"lambda-ec2.schedule"}' }],
  });
});
