import type * as sdk from '@aws-sdk/client-s3';
import type { Handlers, Unsupported } from '../protocol/operation';
import { BUCKET_SETTINGS } from './bucket-settings';
import * as buckets from './buckets';
import { completeMultipartUpload } from './complete-upload';
import { copyObject } from './copy-object';
import { abortMultipartUpload, createMultipartUpload } from './create-upload';
import { deleteObject, deleteObjects } from './delete-object';
import { getObject, getObjectTagging, headObject } from './get-object';
import type { S3Context } from './handler';
import { listObjectsV2 } from './list-objects';
import { listObjects } from './list-objects-v1';
import { listMultipartUploads, listParts } from './list-uploads';
import { listObjectVersions } from './list-versions';
import { putObject } from './put-object';
import { uploadPart, uploadPartCopy } from './upload-part';

/** The operations that are answered; any other of S3 is NotImplemented. */
export const HANDLERS: Handlers<typeof sdk, S3Context> = {
  CreateBucket: buckets.createBucket,
  DeleteBucket: buckets.deleteBucket,
  HeadBucket: buckets.headBucket,
  ListBuckets: buckets.listBuckets,
  ...BUCKET_SETTINGS,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectTagging: getObjectTagging,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
  AbortMultipartUpload: abortMultipartUpload,
};

export const UNSUPPORTED: Unsupported<typeof sdk> = {
  CreateBucket: ['ObjectLockEnabledForBucket'],
  ListBuckets: ['Prefix', 'BucketRegion', 'MaxBuckets'],
  DeleteObjects: ['MFA'],
  ListMultipartUploads: ['Delimiter'],
  ListObjects: ['OptionalObjectAttributes'],
  ListObjectsV2: ['OptionalObjectAttributes'],
  ListParts: ['SSECustomerAlgorithm'],
  PutObject: ['SSECustomerAlgorithm', 'WriteOffsetBytes', 'ObjectLockMode', 'ObjectLockLegalHoldStatus'],
  GetObject: ['SSECustomerAlgorithm', 'PartNumber'],
  HeadObject: ['SSECustomerAlgorithm', 'PartNumber'],
  CopyObject: ['SSECustomerAlgorithm', 'ObjectLockMode', 'ObjectLockLegalHoldStatus'],
  DeleteObject: ['IfMatchLastModifiedTime', 'IfMatchSize'],
  CreateMultipartUpload: ['SSECustomerAlgorithm', 'ObjectLockMode', 'ObjectLockLegalHoldStatus'],
};
