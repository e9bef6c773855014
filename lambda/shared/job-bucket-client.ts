import type { S3Client } from '@aws-sdk/client-s3';
import { type BucketDemands, encryptionMembers } from '../../contract/bucket-demands';

/** The requests that begin an object. Parts and the completion of one take over what its beginning has said. */
const WRITES = new Set(['PutObjectCommand', 'CopyObjectCommand', 'CreateMultipartUploadCommand']);

/**
 * Has every request of a client say what the owner of the job bucket demands. A request to another bucket says it too,
 * which a bucket that does not ask takes as well. Returns the client.
 */
export function withDemands(client: S3Client, { encryption, requesterPays }: BucketDemands): S3Client {
  const [written, asked] = [encryptionMembers(encryption), requesterPays ? { RequestPayer: 'requester' } : {}];
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const isWrite = WRITES.has(commandName);
        return next({ ...args, input: { ...(isWrite ? written : {}), ...asked, ...args.input } });
      },
    { step: 'initialize', name: 'bucketDemands' },
  );
  return client;
}

/** The same for a function, by its environment. */
export function jobBucketClient(
  client: S3Client,
  env: { bucketEncryption: string; bucketRequestPayer: string },
): S3Client {
  return withDemands(client, { encryption: env.bucketEncryption, requesterPays: env.bucketRequestPayer === 'true' });
}
