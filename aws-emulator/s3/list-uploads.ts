import { algorithmName, checksumMembers } from './checksums';
import type { S3Handler } from './handler';
import { compareKeys } from './keys';
import { nameEncoder, OWNER, pageSize } from './list-objects';
import type { Upload } from './upload';
import { getUpload } from './uploads';

/** The parts of an upload that have arrived. @throws S3Error NoSuchUpload */
export const listParts: S3Handler<'ListParts'> = (input, { store }) => {
  const { Bucket, Key, UploadId, PartNumberMarker } = input;
  const upload = getUpload(store.get(Bucket), Key, UploadId);
  const most = pageSize(input.MaxParts);
  const after = [...upload.parts.values()]
    .filter(({ number }) => number > Number(PartNumberMarker ?? 0))
    .sort((a, b) => a.number - b.number);
  const page = after.slice(0, most);
  return {
    Bucket,
    Key,
    UploadId,
    PartNumberMarker: PartNumberMarker ?? '0',
    NextPartNumberMarker: page.length > 0 ? String(page.at(-1)?.number) : undefined,
    MaxParts: most,
    IsTruncated: after.length > page.length,
    Parts: page.map(({ number, size, etag, checksum, lastModified }) => {
      const { ChecksumType: _, ...checksums } = checksumMembers(checksum);
      return { PartNumber: number, Size: size, ETag: `"${etag}"`, LastModified: lastModified, ...checksums };
    }),
    ...kindOf(upload),
  };
};

/**
 * The uploads that are neither completed nor aborted, in the order of keys, then of time.
 *
 * @throws S3Error NoSuchBucket; InvalidArgument for an unknown encoding
 */
export const listMultipartUploads: S3Handler<'ListMultipartUploads'> = (input, { store }) => {
  const { Bucket, Prefix = '', KeyMarker = '', UploadIdMarker = '', EncodingType } = input;
  const encode = nameEncoder(EncodingType);
  const most = pageSize(input.MaxUploads);
  const all = [...store.get(Bucket).uploads.values()]
    .filter(({ key }) => key.startsWith(Prefix))
    .sort((a, b) => compareKeys(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime());
  // The upload that the page before ended with may be gone by now.
  const before = all.filter(({ key }) => compareKeys(key, KeyMarker) < (UploadIdMarker ? 0 : 1)).length;
  const seen = all.findIndex(({ id }) => id === UploadIdMarker) + 1 || (KeyMarker ? before : 0);
  const page = all.slice(seen, seen + most);
  const more = all.length > seen + page.length;
  const last = page.at(-1);
  return {
    Bucket,
    Prefix: encode(Prefix),
    KeyMarker: encode(KeyMarker),
    UploadIdMarker,
    NextKeyMarker: more && last ? encode(last.key) : undefined,
    NextUploadIdMarker: more ? last?.id : undefined,
    MaxUploads: most,
    EncodingType,
    IsTruncated: more,
    Uploads: page.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      Initiated: upload.initiated,
      ...kindOf(upload),
    })),
  };
};

function kindOf({ description, algorithm, checksumType }: Upload) {
  return {
    Owner: OWNER,
    Initiator: OWNER,
    StorageClass: description.StorageClass ?? 'STANDARD',
    ChecksumAlgorithm: algorithm && algorithmName(algorithm),
    ChecksumType: checksumType,
  };
}
