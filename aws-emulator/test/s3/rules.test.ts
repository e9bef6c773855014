import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketRequestPaymentCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BucketRules } from '../../s3/bucket-rules';
import { BUCKET, errorOf, useWorld, type World } from './helpers';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const SSE = 's3:x-amz-server-side-encryption';
const DENIED = { code: 'AccessDenied', status: 403 };
let world: World;
let s3: S3Client;

useWorld((made) => {
  world = made;
  s3 = made.client();
});

/** A bucket with these rules, and what uploads into it. */
function aBucket(rules: BucketRules) {
  world.service.createBucket('ruled', { versioned: true, ...rules });
  const Bucket = 'ruled';
  return (more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text', ...more }));
}
const policy = (Condition: object) =>
  JSON.stringify({
    Statement: [
      { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::ruled/*', Condition },
    ],
  });

test('an object that says nothing is encrypted by the default of its bucket, and one that does by its own words', async () => {
  const put = aBucket({ encryption: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN } });
  expect(await put()).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN });
  const answer = await s3.send(new HeadObjectCommand({ Bucket: 'ruled', Key: 'a' }));
  expect(answer).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN });
  expect(await put({ ServerSideEncryption: 'AES256' })).not.toHaveProperty('SSEKMSKeyId', KEY_ARN);
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket: 'ruled' }));
  expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
    SSEAlgorithm: 'aws:kms',
    KMSMasterKeyID: KEY_ARN,
  });
  expect(await errorOf(put({ SSEKMSKeyId: KEY_ARN }))).toEqual({ code: 'InvalidArgument', status: 400 });
});

test.each<[string, object, Partial<PutObjectCommandInput>]>([
  ['AES256', { StringNotEquals: { [SSE]: 'AES256' } }, { ServerSideEncryption: 'AES256' }],
  ['any', { Null: { [SSE]: 'true' } }, { ServerSideEncryption: 'aws:kms' }],
  [
    'a key',
    { StringNotLike: { [`${SSE}-aws-kms-key-id`]: 'arn:*:key/1234abcd' } },
    { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN },
  ],
])('a policy that demands %s encryption denies every upload without the header', async (_, condition, header) => {
  const put = aBucket({ policy: policy(condition) });
  const at = { Bucket: 'ruled', Key: 'b' };
  expect(await errorOf(put())).toEqual(DENIED);
  expect(await errorOf(s3.send(new CreateMultipartUploadCommand(at)))).toEqual(DENIED);
  await put(header);
  expect(await errorOf(s3.send(new CopyObjectCommand({ ...at, CopySource: 'ruled/a' })))).toEqual(DENIED);
  await s3.send(new CreateMultipartUploadCommand({ ...at, ...header }));
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket: 'ruled' }))).Policy).toBe(policy(condition));
});

test('a policy about something else, or about a header that fits, denies nothing', async () => {
  const put = aBucket({
    policy: JSON.stringify({
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:x': 'false' } } },
        { Effect: 'Deny', Principal: '*', Action: 's3:Get*', Resource: 'arn:aws:s3:::ruled/*' },
        { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::1:root' }, Action: 's3:*', Resource: '*' },
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:Put*',
          Resource: '*',
          Condition: { StringEqualsIfExists: { [SSE]: 'aws:kms' }, Null: { [SSE]: 'false' } },
        },
      ],
    }),
  });
  await put();
  expect(await errorOf(put({ ServerSideEncryption: 'aws:kms' }))).toEqual(DENIED);
});

test('a bucket with a default retention takes no body without a checksum, and lets no version go', async () => {
  const put = aBucket({ retention: { Mode: 'GOVERNANCE', Days: 1 } });
  const { VersionId } = await put();
  const bare = world.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  const body = { Bucket: 'ruled', Key: 'b', Body: 'text' };
  expect(await errorOf(bare.send(new PutObjectCommand(body)))).toEqual({ code: 'InvalidRequest', status: 400 });
  const at = { Bucket: 'ruled', Key: 'a' };
  expect(await errorOf(s3.send(new DeleteObjectCommand({ ...at, VersionId })))).toEqual(DENIED);
  await s3.send(new DeleteObjectCommand(at));
  const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: 'ruled' }));
  expect(ObjectLockConfiguration?.Rule?.DefaultRetention).toEqual({ Mode: 'GOVERNANCE', Days: 1 });
});

test('where the requester pays, a request that does not say so is denied', async () => {
  const put = aBucket({ requesterPays: true });
  const [at, RequestPayer] = [{ Bucket: 'ruled', Key: 'a' }, 'requester' as const];
  expect(await errorOf(put())).toEqual(DENIED);
  await put({ RequestPayer });
  expect(await errorOf(s3.send(new GetObjectCommand(at)))).toEqual(DENIED);
  expect((await errorOf(s3.send(new HeadObjectCommand(at)))).status).toBe(403);
  expect(await errorOf(s3.send(new ListObjectsV2Command({ Bucket: 'ruled' })))).toEqual(DENIED);
  await s3.send(new ListObjectsV2Command({ Bucket: 'ruled', RequestPayer }));
  await s3.send(new HeadObjectCommand({ ...at, RequestPayer }));
  expect((await s3.send(new GetBucketRequestPaymentCommand({ Bucket: 'ruled' }))).Payer).toBe('Requester');
});

test('an ACL that gives something away is refused', async () => {
  const put = aBucket({});
  expect(await errorOf(put({ ACL: 'public-read' }))).toEqual({ code: 'AccessControlListNotSupported', status: 400 });
  await put({ ACL: 'bucket-owner-full-control' });
});

test('notifications are told as they were put, with an id where they had none', async () => {
  const at = { Bucket: BUCKET };
  const TopicConfigurations = [
    {
      TopicArn: 'arn:aws:sns:eu-west-1:1:t',
      Events: ['s3:ObjectCreated:*' as const],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'a/' }] } },
    },
  ];
  const put = (NotificationConfiguration: object) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ ...at, NotificationConfiguration }));
  await put({ TopicConfigurations, EventBridgeConfiguration: {} });

  const told = await s3.send(new GetBucketNotificationConfigurationCommand(at));
  expect(told.EventBridgeConfiguration).toEqual({});
  expect(told.TopicConfigurations).toMatchObject([
    { Id: expect.stringMatching(/./), Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'a/' }] } } },
  ]);

  const twice = [
    { ...TopicConfigurations[0], Id: 'one' },
    { ...TopicConfigurations[0], Id: 'two' },
  ];
  expect(await errorOf(put({ TopicConfigurations: twice }))).toEqual({ code: 'InvalidArgument', status: 400 });
  expect((await s3.send(new GetBucketNotificationConfigurationCommand(at))).TopicConfigurations).toHaveLength(1);
});
