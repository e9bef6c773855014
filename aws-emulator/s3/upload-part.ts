import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { checksumMembers } from './checksums';
import { copySource } from './copy-source';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { parseRange } from './range';
import { receiveFile } from './receive';
import { addPart, getUpload } from './uploads';
import { versionIdOf } from './version';

/** S3 User Guide, "Amazon S3 multipart upload limits". */
const HIGHEST_PART_NUMBER = 10_000;

/**
 * @throws S3Error NoSuchUpload; InvalidArgument for a part number; InvalidRequest for a checksum of another algorithm
 * than the upload's; the errors of {@link receiveFile}
 */
export const uploadPart: S3Handler<'UploadPart'> = ({ Bucket, Key, UploadId, PartNumber }, { store }, request) => {
  const bucket = store.get(Bucket);
  checkPartNumber(PartNumber);
  getUpload(bucket, Key, UploadId);
  return store.withTemporaryFile(async (path) => {
    const { size, md5, checksum } = await receiveFile(request, path);
    // It may have been completed or aborted while the part arrived.
    const upload = getUpload(bucket, Key, UploadId);
    if (upload.algorithm && checksum && upload.algorithm !== checksum.algorithm) {
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${checksum.algorithm}`,
      );
    }
    const etag = md5.toString('hex');
    addPart(bucket, upload, { number: PartNumber, size, etag, checksum }, path);
    const { ChecksumType: _, ...checksums } = checksumMembers(checksum);
    return { ETag: `"${etag}"`, ...checksums };
  });
};

/** A part whose bytes are those of an existing object, or a range of them: so the AWS CLI copies large objects. */
export const uploadPartCopy: S3Handler<'UploadPartCopy'> = (input, { store }) => {
  const { Bucket, Key, UploadId, PartNumber } = input;
  const bucket = store.get(Bucket);
  checkPartNumber(PartNumber);
  getUpload(bucket, Key, UploadId);
  const source = copySource(input, store);
  const range = parseRange(input.CopySourceRange, source.version.size);
  return store.withTemporaryFile(async (path) => {
    const hash = createHash('md5');
    const bytes = createReadStream(source.bucket.dataPath(source.version), range);
    bytes.on('data', (piece) => hash.update(piece));
    await pipeline(bytes, createWriteStream(path, { flags: 'wx' }));
    const part = { number: PartNumber, size: bytes.bytesRead, etag: hash.digest('hex') };
    addPart(bucket, getUpload(bucket, Key, UploadId), part, path);
    return {
      CopyPartResult: { LastModified: new Date(), ETag: `"${part.etag}"` },
      CopySourceVersionId: versionIdOf(source.version),
    };
  });
};

function checkPartNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > HIGHEST_PART_NUMBER) {
    throw new S3Error(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${HIGHEST_PART_NUMBER}, inclusive`,
    );
  }
}
