import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { jobBucketClient } from '../../../lambda/shared/job-bucket-client';

/** What a client asks for, without asking S3. */
async function asked(demands: { bucketEncryption?: string; bucketRequestPayer?: string }, command: object) {
  const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  let input: object = {};
  client.middlewareStack.add(
    () => async (args) => {
      input = args.input;
      return { response: {}, output: { $metadata: {} } } as never;
    },
    { step: 'serialize', priority: 'high' },
  );
  const env = { bucketEncryption: '', bucketRequestPayer: '', ...demands };
  await jobBucketClient(client, env).send(command as never);
  return input;
}

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const OBJECT = { Bucket: 'jobs', Key: 'k' };
const ALL = { bucketEncryption: KEY, bucketRequestPayer: 'true' };

test.each([
  ['put', new PutObjectCommand(OBJECT)],
  ['copied', new CopyObjectCommand({ ...OBJECT, CopySource: 'x' })],
  ['begun in parts', new CreateMultipartUploadCommand(OBJECT)],
])('an object that is %s says how it is to be encrypted', async (_what, command) => {
  expect(await asked(ALL, command)).toMatchObject({
    ...OBJECT,
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KEY,
    RequestPayer: 'requester',
  });
});

test('what is read says no more than who pays', async () => {
  expect(await asked(ALL, new GetObjectCommand(OBJECT))).toEqual({ ...OBJECT, RequestPayer: 'requester' });
});

test('without demands a request is as it was, and what it says itself counts', async () => {
  expect(await asked({}, new PutObjectCommand(OBJECT))).toEqual(OBJECT);
  const own = { ...OBJECT, ServerSideEncryption: 'AES256' as const };
  expect(await asked({ bucketEncryption: 'aws:kms' }, new PutObjectCommand(own))).toEqual(own);
  expect(await asked({ bucketRequestPayer: 'false' }, new GetObjectCommand(OBJECT))).toEqual(OBJECT);
});
