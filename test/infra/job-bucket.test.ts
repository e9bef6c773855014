import path from 'node:path';
import { aws_lambda as lambda } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { FunctionCode } from '../../infra/function-code';
import { IMAGE, rawTemplate, resourcesOf, synthesize, synthesizeOnce, theResource } from './synth';

let template: Template;
beforeAll(() => {
  template = synthesize();
});

test('the bucket is versioned, encrypted, closed to the public, and kept when the stack is deleted', () => {
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    },
  });
});

test('requests without TLS, or with an old one, are denied', () => {
  const denied = (Condition: object) =>
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition }),
        ]),
      },
    });
  denied({ Bool: { 'aws:SecureTransport': 'false' } });
  denied({ NumericLessThan: { 's3:TlsVersion': 1.2 } });
});

test('old versions go away in time, those of the index soon, and so do the parts of uploads that never ended', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [
        Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Prefix: Match.absent() }),
        Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 1 }, Prefix: 'app_runner/index/' }),
        Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' }),
      ],
    },
  });
});

test('only .zip files below the input prefix become messages, and only statuses call the metrics function', () => {
  const filter = (prefix: string, suffix: string) => ({
    Key: {
      FilterRules: [
        { Name: 'suffix', Value: suffix },
        { Name: 'prefix', Value: prefix },
      ],
    },
  });
  template.hasResourceProperties('Custom::S3BucketNotifications', {
    NotificationConfiguration: {
      QueueConfigurations: [
        { Events: ['s3:ObjectCreated:*'], Filter: filter('app_runner/input/', '.zip'), QueueArn: Match.anyValue() },
      ],
      LambdaFunctionConfigurations: [
        Match.objectLike({
          Events: ['s3:ObjectCreated:*'],
          Filter: filter('app_runner/output/', '_status.json'),
        }),
      ],
    },
    // As of a bucket that others use as well.
    Managed: false,
  });
});

test("CDK's notification function has this project's code, its log goes away in time, and nothing is left of CDK's", () => {
  const raw = rawTemplate();
  const { Properties } = theResource(raw, 'AWS::Lambda::Function', 'BucketNotificationsHandler');
  const [logId] = resourcesOf(raw, 'AWS::Logs::LogGroup').find(([id]) => id.includes('Notifier')) as [string, unknown];
  expect(Properties).toMatchObject({
    Code: { ZipFile: '// notifications' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    LoggingConfig: { LogGroup: { Ref: logId } },
  });
  const code: FunctionCode = (name) => lambda.Code.fromAsset(path.join(__dirname, '../../lambda', name));
  const bundled = theResource(
    synthesizeOnce({}, IMAGE, {}, code),
    'AWS::Lambda::Function',
    'BucketNotificationsHandler',
  );
  expect(Object.keys(bundled.Properties.Code)).toEqual(['S3Bucket', 'S3Key']);
});

test("CDK's notification function may set the notifications of this bucket and of no other", () => {
  const raw = rawTemplate();
  const [bucketId] = resourcesOf(raw, 'AWS::S3::Bucket')[0] as [string, unknown];
  const policy = theResource(raw, 'AWS::IAM::Policy', 'Notifier').Properties.PolicyDocument.Statement;
  expect(policy).toContainEqual({
    Sid: 'SetNotifications',
    Effect: 'Allow',
    Action: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
    Resource: { 'Fn::GetAtt': [bucketId, 'Arn'] },
  });
  const role = theResource(raw, 'AWS::IAM::Role', 'Notifier');
  expect(role.Properties.ManagedPolicyArns).toBeUndefined();
});

test('the notifications are set only after the permission to do so is there', () => {
  const raw = rawTemplate();
  const [policyId] = resourcesOf(raw, 'AWS::IAM::Policy').find(([id]) => id.includes('Notifier')) as [string, unknown];
  expect(theResource(raw, 'Custom::S3BucketNotifications').DependsOn).toContain(policyId);
});

test('each bucket has a policy of its own, which outlives the change to another one until the notifications are gone', () => {
  const ids = [{}, { bucket: 'existing-bucket' }, { bucket: 'existing.bucket' }].map((settings) => {
    const raw = rawTemplate(settings);
    const found = resourcesOf(raw, 'AWS::IAM::Policy').filter(([id]) => id.includes('Notifier'));
    expect(found).toHaveLength(1);
    const [[id] = ['']] = found;
    expect(theResource(raw, 'Custom::S3BucketNotifications').DependsOn).toContain(id);
    return id;
  });
  expect(new Set(ids).size).toBe(3);
});

test('an existing bucket is used as it is, and keeps the notifications it has', () => {
  const raw = rawTemplate({ bucket: 'existing-bucket' });
  expect(resourcesOf(raw, 'AWS::S3::Bucket')).toEqual([]);
  expect(resourcesOf(raw, 'AWS::S3::BucketPolicy')).toEqual([]);
  const { Properties } = theResource(raw, 'Custom::S3BucketNotifications');
  expect(Properties).toMatchObject({ BucketName: 'existing-bucket', Managed: false });
  expect(raw.Outputs.JobBucketName?.Value).toBe('existing-bucket');
});

test("a key of the customer's encrypts the bucket, with a bucket key to keep its price down", () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  synthesize({ kms_key_arn: key }).hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
        },
      ],
    },
  });
});

test('the key of an existing bucket may be used by whoever writes there, beside that of the settings', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  const theirs = 'arn:aws:kms:eu-west-1:111122223333:key/5678efab';
  const raw = rawTemplate({ bucket: 'theirs', kms_key_arn: key, bucket_encryption: theirs });
  for (const role of ['RunnerRole', 'LauncherLaunchRole', 'GuardRole', 'MetricsRole']) {
    const { Statement } = theResource(raw, 'AWS::IAM::Policy', role).Properties.PolicyDocument;
    const dataKey = Statement.find(({ Sid }: { Sid: string }) => Sid === 'DataKey');
    expect([role, dataKey?.Resource]).toEqual([role, [key, theirs]]);
  }
  const writers = resourcesOf(raw, 'AWS::Lambda::Function').filter(
    ([, { Properties }]) => Properties.Environment?.Variables.BUCKET_ENCRYPTION === theirs,
  );
  expect(writers).toHaveLength(3);
  expect(raw.Outputs.BucketEncryption?.Value).toBe(theirs);
});
