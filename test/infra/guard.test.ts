import { type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate({ attempts: 3 });
});
const idOf = (type: string, idPart = '') =>
  (resourcesOf(template, type).find(([id]) => id.includes(idPart)) as [string, unknown])[0];

test('the function gets what it watches, where a lost job goes again, and how often', () => {
  const { Variables } = theResource(template, 'AWS::Lambda::Function', 'Guard').Properties.Environment;
  expect(Variables).toEqual({
    TEMPLATE_ID: { Ref: idOf('AWS::EC2::LaunchTemplate') },
    STACK_NAME: 'lambda-ec2',
    BUCKET: { Ref: idOf('AWS::S3::Bucket') },
    QUEUE_URL: { Ref: idOf('AWS::SQS::Queue', 'JobsQueue') },
    DEAD_LETTER_QUEUE_URL: { Ref: idOf('AWS::SQS::Queue', 'DeadLetters') },
    ATTEMPTS: '3',
    TOPIC_ARN: { Ref: idOf('AWS::SNS::Topic') },
  });
});

test('it hears of every instance that ends or has ended, because the event has no tags to filter on', () => {
  const { Properties } = theResource(template, 'AWS::Events::Rule', 'Ended');
  expect(Properties.EventPattern).toEqual({
    source: ['aws.ec2'],
    'detail-type': ['EC2 Instance State-change Notification'],
    detail: { state: ['shutting-down', 'terminated', 'stopped'] },
  });
});

test('every five minutes it looks for instances past their deadline and for dead letters', () => {
  expect(theResource(template, 'AWS::Events::Rule', 'GuardSchedule').Properties).toMatchObject({
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [{ Input: '{"source":"lambda-ec2.schedule"}' }],
  });
});

test('no poller waits at the dead-letter queue, which would cost without a letter', () => {
  const sources = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
  expect(sources.map(([, { Properties }]) => Properties.EventSourceArn)).toEqual([
    { 'Fn::GetAtt': [idOf('AWS::SQS::Queue', 'JobsQueue'), 'Arn'] },
  ]);
});
