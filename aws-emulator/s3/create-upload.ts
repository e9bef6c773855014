import { readAttributes } from './attributes';
import { bucketOf, type Call } from './call';
import { type Algorithm, algorithmNamed, type ChecksumType } from './checksums';
import { S3Error } from './errors';
import { checkKey } from './keys';
import { replyEmpty, replyXml } from './reply';
import { createUpload, getUpload, removeUpload } from './uploads';

/** CreateMultipartUpload. */
export function createMultipartUpload(call: Call): void {
  const bucket = bucketOf(call);
  checkKey(call.key);
  const named = call.headers['x-amz-checksum-algorithm'];
  const algorithm = named === undefined ? undefined : algorithmNamed(named);
  const checksumType = algorithm && typeFor(algorithm, call.headers['x-amz-checksum-type']);
  const upload = createUpload(bucket, { key: call.key, attributes: readAttributes(call), algorithm, checksumType });
  replyXml(
    call,
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: call.key, UploadId: upload.id },
    { 'x-amz-checksum-algorithm': algorithm?.toUpperCase(), 'x-amz-checksum-type': checksumType },
  );
}

/** AbortMultipartUpload. */
export function abortMultipartUpload(call: Call): void {
  const bucket = bucketOf(call);
  removeUpload(bucket, getUpload(bucket, call.key, call.query.get('uploadId') ?? ''));
  replyEmpty(call, 204);
}

/** Which types go with which algorithms: S3 User Guide, "Checking object integrity", table of checksum types. */
function typeFor(algorithm: Algorithm, stated: string | undefined): ChecksumType {
  const type = stated ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  const allowed =
    (type === 'FULL_OBJECT' && algorithm.startsWith('crc')) || (type === 'COMPOSITE' && algorithm !== 'crc64nvme');
  if (!allowed) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return type as ChecksumType;
}
