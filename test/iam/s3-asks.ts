import { ASSETS_BUCKET } from './account';
import { type Ask, keyAsks } from './asks';
import type { Deployed } from './deployed';

/** The action on the object, and what of its key is used. Of parts: "Multipart upload API and permissions", S3 User Guide. */
const OBJECT_ACTIONS: Readonly<Record<string, [action: string, ...key: string[]]>> = {
  GetObject: ['GetObject', 'Decrypt'],
  HeadObject: ['GetObject', 'Decrypt'],
  PutObject: ['PutObject', 'GenerateDataKey'],
  CopyObject: ['PutObject', 'GenerateDataKey'],
  CreateMultipartUpload: ['PutObject', 'GenerateDataKey'],
  UploadPart: ['PutObject', 'GenerateDataKey'],
  UploadPartCopy: ['PutObject', 'GenerateDataKey', 'Decrypt'],
  CompleteMultipartUpload: ['PutObject', 'Decrypt'],
  AbortMultipartUpload: ['AbortMultipartUpload'],
  DeleteObject: ['DeleteObject'],
};

/** Whose action is not called as the operation is ("Actions, resources, and condition keys for Amazon S3"). */
const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  HeadBucket: 'ListBucket',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketOwnershipControls: 'GetBucketOwnershipControls',
  GetBucketPolicy: 'GetBucketPolicy',
  GetBucketRequestPayment: 'GetBucketRequestPayment',
  GetBucketVersioning: 'GetBucketVersioning',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
};

/** What IAM is asked for a call of S3; undefined for what is none. */
export function s3Asks(call: string, stack: Deployed): Ask[] | undefined {
  const [operation = '', place = '', ...members] = call.split(' ');
  const bucketAction = BUCKET_ACTIONS[operation];
  if (bucketAction) {
    const context = operation.startsWith('ListObject') ? { 's3:prefix': keyAt(place) } : undefined;
    return [{ action: `s3:${bucketAction}`, resource: `arn:aws:s3:::${stack.bucket}`, context }];
  }
  if (operation === 'GetObject' && place === 'assets/*') return assetAsks(stack);
  // An object of another bucket, which takes rights there.
  if (place === 'elsewhere') return [];
  return OBJECT_ACTIONS[operation] && objectAsks(operation, place, members, stack);
}

function objectAsks(operation: string, place: string, members: readonly string[], stack: Deployed): Ask[] {
  const [action, ...keyUse] = OBJECT_ACTIONS[operation] as [string, ...string[]];
  const resource = `arn:aws:s3:::${stack.bucket}/${keyAt(place)}`;
  const version = members.includes('VersionId') ? 'Version' : '';
  const asks: Ask[] = [{ action: `s3:${action}${version}`, resource }];
  // "Conditional writes" and "conditional deletes" with If-Match read the object's entity tag.
  if (members.includes('IfMatch')) asks.push({ action: 's3:GetObject', resource });
  return [...asks, ...keyAsks(keyUse, 's3', stack)];
}

/** The files of the image document, which are in the bucket of CDK's bootstrap. */
function assetAsks({ assetKeys }: Deployed): Ask[] {
  const bucket = `arn:aws:s3:::${ASSETS_BUCKET}`;
  return assetKeys.flatMap((key) => [
    { action: 's3:GetObject', resource: `${bucket}/${key}` },
    { action: 's3:ListBucket', resource: bucket, context: { 's3:prefix': key } },
  ]);
}

/** A key at a place of call-name.ts. */
export function keyAt(place: string): string {
  return `app_runner/${place.replace('*', '2026/may')}`;
}
