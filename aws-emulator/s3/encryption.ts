import type { PutObjectCommandInput, ServerSideEncryption } from '@aws-sdk/client-s3';
import type { BucketRules } from './bucket-rules';
import { S3Error } from './errors';

/** How an object is encrypted, as answers tell it. */
export type Encryption = Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;

/**
 * What a request asks for, or the bucket's default.
 *
 * @throws S3Error InvalidArgument for a key without the encryption that has one
 */
export function encryptionOf(
  { ServerSideEncryption, SSEKMSKeyId }: Encryption,
  { encryption }: BucketRules,
): Encryption {
  if (SSEKMSKeyId !== undefined && !ServerSideEncryption?.startsWith('aws:kms')) {
    throw new S3Error(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    );
  }
  if (ServerSideEncryption !== undefined) return { ServerSideEncryption, SSEKMSKeyId };
  const byDefault = (encryption?.SSEAlgorithm ?? 'AES256') as ServerSideEncryption;
  return { ServerSideEncryption: byDefault, SSEKMSKeyId: encryption?.KMSMasterKeyID };
}
