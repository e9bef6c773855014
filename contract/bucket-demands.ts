import { BUCKET_ENCRYPTION_TAG, REQUEST_PAYER_TAG } from './tags';

/** A KMS key by its ARN; an alias would be looked up in the account of whoever asks. */
export const KEY_ARN = /^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key\/[\w-]+$/;

/** What `bucket_encryption` may be, where it is not empty. */
export const ENCRYPTION = new RegExp(`^(AES256|aws:kms)$|${KEY_ARN.source}`);

/** What requests to the job bucket say beside their own words, because its owner demands it. */
export interface BucketDemands {
  /** Of what is written: `AES256`, `aws:kms`, or the ARN of a KMS key. Empty: nothing, so that the bucket's default counts. */
  encryption: string;
  /** Whether the bucket is one of Requester Pays. Of a bucket of one's own account nothing need be said. */
  requesterPays: boolean;
}

/**
 * What the settings say. A bucket that is not the stack's knows nothing of the customer's key, so that it is named.
 * Without one, `aws:kms` means AWS's own key for S3, whatever the bucket's default is (S3 API Reference, PutObject,
 * `x-amz-server-side-encryption-aws-kms-key-id`).
 */
export function bucketDemands(settings: {
  bucket: string;
  bucket_encryption: string;
  bucket_request_payer: boolean;
  kms_key_arn: string;
}): BucketDemands {
  const { bucket, bucket_encryption: given, kms_key_arn: key } = settings;
  const isWithKey = given === 'aws:kms' || (given === '' && bucket !== '');
  return { encryption: (isWithKey && key) || given, requesterPays: settings.bucket_request_payer };
}

/** The same as instance tags; empty for what is not demanded. */
export function demandTags({ encryption, requesterPays }: BucketDemands): Record<string, string> {
  return { [BUCKET_ENCRYPTION_TAG]: encryption, [REQUEST_PAYER_TAG]: requesterPays ? 'true' : '' };
}

/** What instance tags say. */
export function demandsOfTags(tags: Readonly<Record<string, string>>): BucketDemands {
  return { encryption: tags[BUCKET_ENCRYPTION_TAG] ?? '', requesterPays: tags[REQUEST_PAYER_TAG] === 'true' };
}

/** The same as variables of a function. An empty one is left out: to the function that is the same. */
export function demandVariables({
  encryption,
  requesterPays,
}: BucketDemands): Record<'BUCKET_ENCRYPTION' | 'BUCKET_REQUEST_PAYER', string> {
  const all = { BUCKET_ENCRYPTION: encryption, BUCKET_REQUEST_PAYER: requesterPays ? 'true' : '' };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')) as typeof all;
}

/** What a write says of its encryption, as headers. */
export function encryptionHeaders(encryption: string): Record<string, string> {
  const { ServerSideEncryption, SSEKMSKeyId } = encryptionMembers(encryption);
  const name = 'x-amz-server-side-encryption';
  const headers = { [name]: ServerSideEncryption, [`${name}-aws-kms-key-id`]: SSEKMSKeyId };
  return Object.fromEntries(Object.entries(headers).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

/** What a write says of its encryption, in the words of the SDK. */
export function encryptionMembers(encryption: string): {
  ServerSideEncryption?: 'AES256' | 'aws:kms';
  SSEKMSKeyId?: string;
} {
  if (encryption === '') return {};
  if (encryption === 'AES256' || encryption === 'aws:kms') return { ServerSideEncryption: encryption };
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: encryption };
}
