import type * as sdk from '@aws-sdk/client-s3';
import type { Handlers } from '../protocol/operation';
import { S3Error, type S3ErrorCode } from './errors';
import type { S3Context, S3Handler } from './handler';
import { OWNER } from './list-objects';
import { getNotifications, putNotifications } from './notifications';

/** Where S3 began has no location (S3 API Reference, GetBucketLocation). */
const NO_LOCATION = 'us-east-1';

/** The access control list of buckets and objects whose owner alone may use them. */
const OWNER_ONLY: Pick<sdk.GetBucketAclCommandOutput, 'Owner' | 'Grants'> = {
  Owner: OWNER,
  Grants: [{ Grantee: { ...OWNER, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
};

const getBucketLocation: S3Handler<'GetBucketLocation'> = ({ Bucket }, { store, region }) => {
  store.get(Bucket);
  return { LocationConstraint: region === NO_LOCATION ? undefined : (region as sdk.BucketLocationConstraint) };
};

/** Without a status for a bucket that never had versioning. */
const getBucketVersioning: S3Handler<'GetBucketVersioning'> = ({ Bucket }, { store }) => ({
  Status: store.get(Bucket).versioned ? 'Enabled' : undefined,
});

const getBucketEncryption: S3Handler<'GetBucketEncryption'> = ({ Bucket }, { store }) => {
  const ApplyServerSideEncryptionByDefault = store.get(Bucket).rules.encryption ?? { SSEAlgorithm: 'AES256' };
  return {
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: false }] },
  };
};

const getBucketRequestPayment: S3Handler<'GetBucketRequestPayment'> = ({ Bucket }, { store }) => ({
  Payer: store.get(Bucket).rules.requesterPays ? 'Requester' : 'BucketOwner',
});

const getBucketPolicy: S3Handler<'GetBucketPolicy'> = ({ Bucket }, { store }) => {
  const { policy } = store.get(Bucket).rules;
  return policy ? { Policy: policy } : missing(Bucket, 'NoSuchBucketPolicy', 'The bucket policy does not exist');
};

const getObjectLockConfiguration: S3Handler<'GetObjectLockConfiguration'> = ({ Bucket }, { store }) => {
  const { retention } = store.get(Bucket).rules;
  if (retention) {
    return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: retention } } };
  }
  const message = 'Object Lock configuration does not exist for this bucket';
  return missing(Bucket, 'ObjectLockConfigurationNotFoundError', message);
};

/**
 * What clients ask of a bucket's settings before or beside their work: those of a bucket that was created and never
 * configured, or as `createBucket` of the service made it; notifications are the only ones that an operation changes. Sources: S3 User Guide, "Default settings for new S3 buckets"; S3 API
 * Reference, "Error responses".
 */
export const BUCKET_SETTINGS: Handlers<typeof sdk, S3Context> = {
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  GetBucketAcl: always(OWNER_ONLY),
  GetObjectAcl: always(OWNER_ONLY),
  GetBucketEncryption: getBucketEncryption,
  GetBucketOwnershipControls: always({ OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }),
  GetPublicAccessBlock: always({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  }),
  GetBucketRequestPayment: getBucketRequestPayment,
  GetBucketLogging: always({}),
  GetBucketCors: absent('NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  GetBucketLifecycleConfiguration: absent('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
  GetBucketPolicy: getBucketPolicy,
  GetBucketTagging: absent('NoSuchTagSet', 'The TagSet does not exist'),
  GetBucketWebsite: absent('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'),
  GetObjectLockConfiguration: getObjectLockConfiguration,
  GetBucketNotificationConfiguration: getNotifications,
  PutBucketNotificationConfiguration: putNotifications,
};

function always<const Answer extends object>(answer: Answer) {
  return ({ Bucket }: { Bucket: string }, { store }: S3Context): Answer => {
    store.get(Bucket);
    return answer;
  };
}

function absent(code: S3ErrorCode, message: string) {
  return ({ Bucket }: { Bucket: string }, { store }: S3Context): never => {
    store.get(Bucket);
    return missing(Bucket, code, message);
  };
}

function missing(BucketName: string, code: S3ErrorCode, message: string): never {
  throw new S3Error(code, message, { BucketName });
}
