import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { BUCKET, errorOf, REGION, useWorld, type World } from './helpers';
import { wire } from './wire';

let world: World;
let s3: S3Client;
const at = { Bucket: BUCKET };

useWorld((made) => {
  world = made;
  s3 = made.client();
});

test('the location is the text of its document, as s3cmd and boto3 read it', async () => {
  const { body } = await wire(world.url, 'GET', `/${BUCKET}`, { location: '' });

  expect(body).toMatch(/<LocationConstraint xmlns="[^"]+">eu-west-1<\/LocationConstraint>$/);
  expect((await s3.send(new GetBucketLocationCommand(at))).LocationConstraint).toBe(REGION);
});

test('versioning has a status where it was ever on', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'plain' }));

  expect((await s3.send(new GetBucketVersioningCommand(at))).Status).toBe('Enabled');
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'plain' }))).Status).toBeUndefined();
});

test('settings that every new bucket has', async () => {
  const acl = await s3.send(new GetBucketAclCommand(at));
  const encryption = await s3.send(new GetBucketEncryptionCommand(at));
  const ownership = await s3.send(new GetBucketOwnershipControlsCommand(at));

  expect(acl.Grants).toMatchObject([{ Grantee: { ID: 'local', Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }]);
  expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ]);
  expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
});

test('settings that no new bucket has', async () => {
  const codes = [
    await errorOf(s3.send(new GetBucketPolicyCommand(at))),
    await errorOf(s3.send(new GetBucketTaggingCommand(at))),
    await errorOf(s3.send(new GetObjectLockConfigurationCommand(at))),
    await errorOf(s3.send(new GetBucketTaggingCommand({ Bucket: 'nowhere' }))),
  ];

  expect(codes).toEqual([
    { code: 'NoSuchBucketPolicy', status: 404 },
    { code: 'NoSuchTagSet', status: 404 },
    { code: 'ObjectLockConfigurationNotFoundError', status: 404 },
    { code: 'NoSuchBucket', status: 404 },
  ]);
});
