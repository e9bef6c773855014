import { type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const SCHEDULES = [
  { name: 'daily', cron: '0 3 * * ? *', time_zone: 'Europe/Berlin', input: 'app_runner/scheduled/daily.zip' },
  { name: 'month-end', cron: 'cron(0 18 L * ? *)', input: 'reports/month.zip' },
];

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate({ schedules: SCHEDULES });
});
const bucketId = (of = template) => resourcesOf(of, 'AWS::S3::Bucket')[0]?.[0] as string;
const schedule = (name: string, of = template) => theResource(of, 'AWS::Scheduler::Schedule', name).Properties;
/** What CopyObject is called with, with the name of the bucket as BUCKET. */
const call = (name: string, of = template) => {
  const [, parts] = schedule(name, of).Target.Input['Fn::Join'] as [string, unknown[]];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'BUCKET')).join(''));
};
const role = (name: string, of = template) => theResource(of, 'AWS::IAM::Role', `Schedules${name}`).Properties;
const statements = (name: string, of = template) =>
  theResource(of, 'AWS::IAM::Policy', `Schedules${name}`).Properties.PolicyDocument.Statement;

test('without schedules there is nothing of Scheduler', () => {
  expect(JSON.stringify(rawTemplate())).not.toContain('cheduler');
});

test('each schedule copies its input to a key with the time in it, at the times of its zone and not around them', () => {
  expect(schedule('daily')).toMatchObject({
    Name: 'daily',
    GroupName: { Ref: expect.stringContaining('Group') },
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:s3:copyObject']] } },
  });
  expect(call('daily')).toEqual({
    Bucket: 'BUCKET',
    CopySource: 'BUCKET/app_runner/scheduled/daily.zip',
    Key: 'app_runner/input/daily/<aws.scheduler.scheduled-time>.zip',
    TaggingDirective: 'REPLACE',
  });
  expect(schedule('monthend')).toMatchObject({ ScheduleExpressionTimezone: 'UTC', Name: 'month-end' });
  expect(call('monthend')).toMatchObject({ CopySource: 'BUCKET/reports/month.zip' });
});

test('a run that S3 does not take is tried for an hour, and becomes a dead letter, of which the guard makes a record', () => {
  const [deadLetters] = resourcesOf(template, 'AWS::SQS::Queue').find(([id]) => id.includes('DeadLetters')) as [
    string,
    unknown,
  ];
  expect(schedule('daily').Target).toMatchObject({
    RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
    DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLetters, 'Arn'] } },
  });
});

test('the role is for this group of this account, and may read the one input and write the jobs of the one schedule', () => {
  const [group] = resourcesOf(template, 'AWS::Scheduler::ScheduleGroup')[0] as [string, unknown];
  expect(role('daily').AssumeRolePolicyDocument.Statement).toEqual([
    {
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: {
        StringEquals: {
          'aws:SourceAccount': { Ref: 'AWS::AccountId' },
          'aws:SourceArn': { 'Fn::GetAtt': [group, 'Arn'] },
        },
      },
    },
  ]);
  const bucket = { 'Fn::GetAtt': [bucketId(), 'Arn'] };
  const object = (key: string) => ({ 'Fn::Join': ['', [bucket, `/${key}`]] });
  expect(statements('daily')).toMatchObject([
    { Action: 's3:GetObject', Resource: object('app_runner/scheduled/daily.zip') },
    { Action: 's3:PutObject', Resource: object('app_runner/input/daily/*.zip') },
    { Action: 'sqs:SendMessage' },
  ]);
});

test('with a key of the customer the copy is encrypted with it, and the role may use it', () => {
  const encrypted = rawTemplate({ schedules: SCHEDULES, kms_key_arn: KEY, bucket: 'existing-bucket' });
  const [, parts] = [undefined, schedule('daily', encrypted).Target.Input];
  expect(JSON.parse(parts as string)).toMatchObject({
    Bucket: 'existing-bucket',
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KEY,
  });
  const paid = rawTemplate({
    schedules: SCHEDULES,
    bucket: 'existing-bucket',
    bucket_encryption: 'AES256',
    bucket_request_payer: true,
  });
  expect(JSON.parse(schedule('daily', paid).Target.Input)).toMatchObject({
    ServerSideEncryption: 'AES256',
    RequestPayer: 'requester',
  });
  expect(statements('daily', encrypted)).toContainEqual(expect.objectContaining({ Sid: 'DataKey', Resource: KEY }));
});

test('the outputs have the schedules for the commands', () => {
  const { Schedule1, Schedule2 } = template.Outputs;
  expect(JSON.parse(Schedule1?.Value as string)).toEqual(SCHEDULES[0]);
  expect(JSON.parse(Schedule2?.Value as string)).toEqual({ ...SCHEDULES[1], time_zone: 'UTC' });
});

test.each(['Group', 'Default', 'Resource'])('a schedule may be called %s', (name) => {
  const schedules = [{ ...SCHEDULES[0], name }];
  expect(resourcesOf(rawTemplate({ schedules }), 'AWS::Scheduler::Schedule')).toHaveLength(1);
});
