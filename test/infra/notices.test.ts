import { rawTemplate, resourcesOf, theResource } from './synth';

const template = rawTemplate({ notify_email: 'someone@example.com', bake_schedule: 'cron(0 3 ? * sun *)' });
const [topicId] = resourcesOf(template, 'AWS::SNS::Topic')[0] as [string, unknown];

test('there is one topic, and an e-mail address only when one is set', () => {
  expect(resourcesOf(template, 'AWS::SNS::Topic')).toHaveLength(1);
  expect(theResource(template, 'AWS::SNS::Subscription').Properties).toEqual({
    Protocol: 'email',
    Endpoint: 'someone@example.com',
    TopicArn: { Ref: topicId },
  });
  expect(resourcesOf(rawTemplate(), 'AWS::SNS::Subscription')).toEqual([]);
});

test('the topic takes messages from the rules and alarms, and none without TLS', () => {
  const { Statement } = theResource(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument;
  const seen = Statement.map((one: { Effect: string; Principal: unknown; Condition?: unknown }) => [
    one.Effect,
    one.Principal,
    one.Condition,
  ]);
  expect(seen).toEqual([
    ['Deny', '*', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['Allow', { Service: 'events.amazonaws.com' }, undefined],
    [
      'Allow',
      { Service: 'cloudwatch.amazonaws.com' },
      { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    ],
  ]);
});

test('a schedule that Image Builder switched off is told', () => {
  const { Properties } = theResource(template, 'AWS::Events::Rule', 'DisabledSchedule');
  const [pipelineId] = resourcesOf(template, 'AWS::ImageBuilder::ImagePipeline')[0] as [string, unknown];
  expect(Properties.EventPattern).toEqual({
    source: ['aws.imagebuilder'],
    'detail-type': ['EC2 Image Builder Image Pipeline Automatically Disabled'],
    resources: [{ 'Fn::GetAtt': [pipelineId, 'Arn'] }],
  });
  expect(Properties.Targets).toMatchObject([{ Arn: { Ref: topicId } }]);
});
