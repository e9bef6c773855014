import { Match, type Template } from 'aws-cdk-lib/assertions';
import { SWEEP_SECONDS } from '../../contract/app-rules';
import { rawTemplate, synthesize, theResource } from './synth';

let template: Template;
beforeAll(() => {
  template = synthesize();
});

const DAY = 86_400;

test('an upload waits in the queue for up to 14 days and 1000 tries before it becomes a dead letter', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    MessageRetentionPeriod: 14 * DAY,
    RedrivePolicy: {
      maxReceiveCount: 1000,
      deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] },
    },
  });
});

test('dead letters are kept as long, because their age counts from the upload', () => {
  const raw = rawTemplate();
  expect(theResource(raw, 'AWS::SQS::Queue', 'DeadLetters').Properties.MessageRetentionPeriod).toBe(14 * DAY);
});

test('both queues are encrypted and refuse requests without TLS', () => {
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  template.allResourcesProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('S3 may send for the job bucket alone', () => {
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Condition: {
            ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('^StorageBucket'), 'Arn'] } },
          },
        }),
      ]),
    },
  });
});

test('a message stays hidden for six times as long as the function that handles it may take', () => {
  const raw = rawTemplate();
  const timeout = (id: string) => theResource(raw, 'AWS::Lambda::Function', id).Properties.Timeout;
  expect(theResource(raw, 'AWS::SQS::Queue', 'JobsQueue').Properties.VisibilityTimeout).toBe(6 * timeout('Launch'));
});

test('a dead letter that the guard could not handle is there again for its next round', () => {
  const raw = rawTemplate();
  const { VisibilityTimeout } = theResource(raw, 'AWS::SQS::Queue', 'DeadLetters').Properties;
  expect(VisibilityTimeout).toBe(theResource(raw, 'AWS::Lambda::Function', 'Guard').Properties.Timeout);
  expect(VisibilityTimeout).toBeLessThan(SWEEP_SECONDS);
});

test("a key of the customer's encrypts both queues", () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  synthesize({ kms_key_arn: key }).allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
});
