import * as buckets from './buckets';
import type { Call, Operation } from './call';
import { completeMultipartUpload } from './complete-upload';
import { copyObject } from './copy-object';
import { abortMultipartUpload, createMultipartUpload } from './create-upload';
import { deleteObject, deleteObjects } from './delete-object';
import { S3Error } from './errors';
import { getObject } from './get-object';
import { listMultipartUploads, listUploadParts } from './list-multipart';
import { listObjectsV1, listObjectsV2 } from './list-objects';
import { listObjectVersions } from './list-versions';
import { putObject } from './put-object';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging';
import { uploadPart, uploadPartCopy } from './upload-part';

/** Operations by method and by the query parameter that selects them; '' where none does. */
type Table = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const SERVICE: Table = { GET: { '': buckets.listBuckets } };

const BUCKET: Table = {
  PUT: { '': buckets.createBucket, versioning: buckets.putBucketVersioning },
  HEAD: { '': buckets.headBucket },
  DELETE: { '': buckets.deleteBucket },
  POST: { delete: deleteObjects },
  GET: {
    '': (call) => (call.query.get('list-type') === '2' ? listObjectsV2(call) : listObjectsV1(call)),
    location: buckets.getBucketLocation,
    versioning: buckets.getBucketVersioning,
    versions: listObjectVersions,
    uploads: listMultipartUploads,
  },
};

const OBJECT: Table = {
  PUT: {
    '': (call) => (isCopy(call) ? copyObject(call) : putObject(call)),
    uploadId: (call) => (isCopy(call) ? uploadPartCopy(call) : uploadPart(call)),
    tagging: putObjectTagging,
  },
  GET: { '': getObject, uploadId: listUploadParts, tagging: getObjectTagging },
  HEAD: { '': getObject },
  DELETE: { '': deleteObject, uploadId: abortMultipartUpload, tagging: deleteObjectTagging },
  POST: { uploads: createMultipartUpload, uploadId: completeMultipartUpload },
};

/** Query parameters that select an operation; one that is not in the tables above is not answered here. */
const SELECTORS = [
  ...['accelerate', 'acl', 'analytics', 'attributes', 'cors', 'delete', 'encryption', 'inventory', 'legal-hold'],
  ...['lifecycle', 'location', 'logging', 'metrics', 'notification', 'object-lock', 'ownershipControls', 'policy'],
  ...['policyStatus', 'publicAccessBlock', 'renameObject', 'replication', 'requestPayment', 'restore', 'retention'],
  ...['select', 'tagging', 'torrent', 'uploadId', 'uploads', 'versioning', 'versions', 'website'],
];

/**
 * Finds the operation that a request asks for.
 *
 * @throws S3Error NotImplemented for an operation of S3 that is not answered here, MethodNotAllowed for none
 */
export function route(call: Call): Operation {
  const table = call.bucketName === '' ? SERVICE : call.key === '' ? BUCKET : OBJECT;
  const selector = SELECTORS.find((name) => call.query.has(name)) ?? '';
  const method = call.req.method ?? '';
  const operation = table[method]?.[selector];
  // Part numbers select a part of an object on reads, which this store does not keep apart.
  const byPart = (method === 'GET' || method === 'HEAD') && call.query.has('partNumber') && selector === '';
  if (operation && !byPart) return operation;
  if (!table[method]) {
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      Method: method,
    });
  }
  const what = byPart ? 'partNumber' : selector;
  throw new S3Error('NotImplemented', `${method} with ?${what} is not implemented by the local S3`);
}

function isCopy(call: Call): boolean {
  return call.headers['x-amz-copy-source'] !== undefined;
}
