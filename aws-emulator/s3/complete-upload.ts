import { rm } from 'node:fs/promises';
import { versionHeaders } from './attributes';
import type { Bucket } from './bucket';
import { bucketOf, type Call } from './call';
import { checksumElement, statedChecksum } from './checksums';
import { commit } from './commit';
import { checkWrite } from './conditions';
import { S3Error } from './errors';
import { joinParts } from './join-parts';
import { receiveText } from './receive';
import { replyXml } from './reply';
import { getUpload, listParts, type Part, removeUpload, type Upload } from './uploads';
import { leaf, list, type Parsed, parseXml } from './xml';

/** S3 User Guide, "Amazon S3 multipart upload limits": every part but the last. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/** Uploads whose parts are being joined: a second completion at the same time would find them gone. */
const joining = new Set<string>();

/** CompleteMultipartUpload. */
export async function completeMultipartUpload(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  const uploadId = call.query.get('uploadId') ?? '';
  const listed = list(parseXml(await receiveText(call, 'object'), 'CompleteMultipartUpload'), 'Part');
  const upload = getUpload(bucket, call.key, uploadId);
  if (joining.has(uploadId)) {
    throw new S3Error('OperationAborted', 'A conflicting operation is currently in progress against this upload');
  }
  joining.add(uploadId);
  try {
    await complete(call, bucket, upload, chooseParts(listed, listParts(bucket, upload)));
  } finally {
    joining.delete(uploadId);
  }
}

async function complete(call: Call, bucket: Bucket, upload: Upload, parts: readonly Part[]): Promise<void> {
  checkWrite(call.headers, bucket.current(call.key));
  const path = call.store.tmpPath();
  const { size, etag, checksum } = await joinParts(bucket, upload, parts, path);
  const stated = statedChecksum(call.headers);
  if (stated && checksum && stated.algorithm === checksum.algorithm && stated.value !== checksum.value) {
    await rm(path, { force: true });
    throw new S3Error('BadDigest', 'The checksum you specified did not match the calculated checksum of the object');
  }
  const draft = { deleteMarker: false, size, etag, ...upload.attributes, checksum };
  const version = commit(path, () => {
    checkWrite(call.headers, bucket.current(call.key));
    return bucket.add(call.key, draft, path);
  });
  removeUpload(bucket, upload);
  call.announce('ObjectCreated:CompleteMultipartUpload', bucket, version);
  replyXml(
    call,
    'CompleteMultipartUploadResult',
    {
      Location: `http://${call.req.headers.host}${(call.req.url ?? '').replace(/\?.*$/, '')}`,
      Bucket: bucket.name,
      Key: call.key,
      ETag: `"${etag}"`,
      ...(checksum ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {}),
    },
    versionHeaders(version),
  );
}

/** The uploaded parts that the completion lists, each the one it means. */
function chooseParts(listed: readonly Parsed[], uploaded: readonly Part[]): Part[] {
  if (listed.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const numbers = listed.map((one) => Number(leaf(one, 'PartNumber')));
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] as number))) {
    throw new S3Error(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  const parts = listed.map((one, i) => {
    const part = byNumber.get(numbers[i] as number);
    if (!part || !agrees(one, part)) {
      throw new S3Error(
        'InvalidPart',
        'One or more of the specified parts could not be found. The part may not have been uploaded, or its entity tag or checksum may not match.',
        { PartNumber: String(numbers[i]) },
      );
    }
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < SMALLEST_PART_BYTES);
  if (small) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      PartNumber: String(small.number),
      ProposedSize: String(small.size),
      MinSizeAllowed: String(SMALLEST_PART_BYTES),
    });
  }
  return parts;
}

function agrees(listed: Parsed, part: Part): boolean {
  if (leaf(listed, 'ETag')?.replaceAll('"', '') !== part.etag) return false;
  if (!part.checksum) return true;
  const stated = leaf(listed, checksumElement(part.checksum.algorithm));
  return stated === undefined || stated === part.checksum.value;
}
