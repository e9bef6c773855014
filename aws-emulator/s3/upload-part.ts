import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { checksumHeaders } from './attributes';
import { bucketOf, type Call } from './call';
import { sourceVersionId } from './copy-object';
import { copySource } from './copy-source';
import { S3Error } from './errors';
import { parseRange } from './range';
import { receiveFile } from './receive';
import { replyEmpty, replyXml } from './reply';
import { addPart, getUpload } from './uploads';

/** S3 User Guide, "Amazon S3 multipart upload limits". */
const HIGHEST_PART_NUMBER = 10_000;

/** UploadPart. */
export async function uploadPart(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  const uploadId = call.query.get('uploadId') ?? '';
  const number = partNumber(call);
  getUpload(bucket, call.key, uploadId);
  const path = call.store.tmpPath();
  const { size, md5, checksum } = await receiveFile(call, path);
  const etag = md5.toString('hex');
  await keep(path, () => {
    const upload = getUpload(bucket, call.key, uploadId);
    if (upload.algorithm && checksum && upload.algorithm !== checksum.algorithm) {
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${checksum.algorithm}`,
      );
    }
    addPart(bucket, upload, { number, size, etag, checksum }, path);
  });
  const { 'x-amz-checksum-type': _type, ...checksums } = checksumHeaders({ checksum });
  replyEmpty(call, 200, { etag: `"${etag}"`, ...checksums });
}

/** UploadPartCopy: a part whose bytes are those of an existing object, or a range of them. */
export async function uploadPartCopy(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  const uploadId = call.query.get('uploadId') ?? '';
  const number = partNumber(call);
  getUpload(bucket, call.key, uploadId);
  const source = copySource(call);
  const range = parseRange(call.headers['x-amz-copy-source-range'], source.version.size);
  const path = call.store.tmpPath();
  const hash = createHash('md5');
  let size = 0;
  await keep(path, async () => {
    const bytes = createReadStream(source.bucket.dataPath(source.version), range);
    await pipeline(
      bytes,
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          hash.update(piece);
          size += piece.length;
          yield piece;
        }
      },
      createWriteStream(path, { flags: 'wx' }),
    );
    const upload = getUpload(bucket, call.key, uploadId);
    const part = addPart(bucket, upload, { number, size, etag: hash.digest('hex') }, path);
    replyXml(
      call,
      'CopyPartResult',
      { LastModified: part.lastModified, ETag: `"${part.etag}"` },
      { 'x-amz-copy-source-version-id': sourceVersionId(source.version) },
    );
  });
}

function partNumber(call: Call): number {
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > HIGHEST_PART_NUMBER) {
    throw new S3Error(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${HIGHEST_PART_NUMBER}, inclusive`,
    );
  }
  return number;
}

/** The upload may have been completed or aborted while the part arrived: then nothing stays behind. */
async function keep(path: string, add: () => void | Promise<void>): Promise<void> {
  try {
    await add();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
