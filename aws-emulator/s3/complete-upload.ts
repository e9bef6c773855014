import type { CompletedPart } from '@aws-sdk/client-s3';
import { checksumMembers, checksumName, statedChecksum } from './checksums';
import { checkWrite } from './conditions';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { joinParts } from './join-parts';
import type { Part, Upload } from './upload';
import { getUpload, removeUpload } from './uploads';
import { versionIdOf } from './version';

/** S3 User Guide, "Amazon S3 multipart upload limits": every part but the last. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

type Complete = S3Handler<'CompleteMultipartUpload'>;

/**
 * Makes the object out of the parts that the request lists; the others are dropped.
 *
 * @throws S3Error NoSuchUpload, MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest (S3 API
 * Reference, CompleteMultipartUpload); OperationAborted while another completion runs; the errors of {@link checkWrite}
 */
export const completeMultipartUpload: Complete = async (input, context, request) => {
  const upload = getUpload(context.store.get(input.Bucket), input.Key, input.UploadId);
  if (upload.completing) {
    throw new S3Error('OperationAborted', 'A conflicting operation is currently in progress against this upload');
  }
  upload.completing = true;
  try {
    const parts = chooseParts(input.MultipartUpload?.Parts ?? [], upload);
    return await complete(upload, parts)(input, context, request);
  } finally {
    upload.completing = false;
  }
};

const complete =
  (upload: Upload, parts: readonly Part[]): Complete =>
  (input, { store, announce }, request) => {
    const bucket = store.get(input.Bucket);
    checkWrite(input, bucket.current(input.Key));
    return store.withTemporaryFile(async (path) => {
      const { size, etag, checksum } = await joinParts(upload, parts, path);
      const stated = statedChecksum(request.headers);
      if (stated && checksum && stated.algorithm === checksum.algorithm && stated.value !== checksum.value) {
        throw new S3Error(
          'BadDigest',
          'The checksum you specified did not match the calculated checksum of the object',
        );
      }
      checkWrite(input, bucket.current(input.Key));
      const draft = { deleteMarker: false, size, etag, description: upload.description, checksum };
      const version = bucket.add(input.Key, draft, path);
      removeUpload(bucket, upload);
      announce('ObjectCreated:CompleteMultipartUpload', bucket, version, request);
      return {
        Location: `http://${request.headers.host}${request.path}`,
        Bucket: bucket.name,
        Key: input.Key,
        ETag: `"${etag}"`,
        VersionId: versionIdOf(version),
        ...checksumMembers(checksum),
      };
    });
  };

/** The uploaded parts that the completion lists, each the one it means. */
function chooseParts(listed: readonly CompletedPart[], upload: Upload): Part[] {
  if (listed.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  const numbers = listed.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0))) {
    throw new S3Error(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  const parts = listed.map((one) => choosePart(one, upload));
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

function choosePart(listed: CompletedPart, { parts }: Upload): Part {
  const part = parts.get(listed.PartNumber ?? 0);
  if (part && agrees(listed, part)) return part;
  throw new S3Error(
    'InvalidPart',
    'One or more of the specified parts could not be found. The part may not have been uploaded, or its entity tag or checksum may not match.',
    { PartNumber: String(listed.PartNumber) },
  );
}

function agrees(listed: CompletedPart, { etag, checksum }: Part): boolean {
  if (listed.ETag?.replaceAll('"', '') !== etag) return false;
  const stated = checksum && listed[checksumName(checksum.algorithm)];
  return stated === undefined || stated === checksum?.value;
}
