import { type Algorithm, algorithmNamed, type ChecksumType } from './checksums';
import { readDescription } from './description';
import { encryptionOf } from './encryption';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { checkKey } from './keys';
import { createUpload, getUpload, removeUpload } from './uploads';

/** @throws S3Error NoSuchBucket, KeyTooLongError; InvalidRequest for a checksum that S3 does not have */
export const createMultipartUpload: S3Handler<'CreateMultipartUpload'> = (input, { store }) => {
  const { Bucket, Key, ChecksumAlgorithm } = input;
  const bucket = store.get(Bucket);
  checkKey(Key);
  const algorithm = ChecksumAlgorithm && algorithmNamed(ChecksumAlgorithm);
  const checksumType = algorithm && typeFor(algorithm, input.ChecksumType);
  const description = readDescription(input, bucket.rules);
  const UploadId = createUpload(bucket, { key: Key, description, algorithm, checksumType });
  const encryption = encryptionOf(description, bucket.rules);
  return { Bucket, Key, UploadId, ChecksumAlgorithm, ChecksumType: checksumType, ...encryption };
};

/** @throws S3Error NoSuchUpload, also for one that is completed */
export const abortMultipartUpload: S3Handler<'AbortMultipartUpload'> = ({ Bucket, Key, UploadId }, { store }) => {
  const bucket = store.get(Bucket);
  removeUpload(bucket, getUpload(bucket, Key, UploadId));
  return {};
};

/** Which types go with which algorithms: S3 User Guide, "Checking object integrity", table of checksum types. */
function typeFor(algorithm: Algorithm, stated: ChecksumType | undefined): ChecksumType {
  const type = stated ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE');
  const allowed =
    (type === 'FULL_OBJECT' && algorithm.startsWith('crc')) || (type === 'COMPOSITE' && algorithm !== 'crc64nvme');
  if (!allowed) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return type;
}
