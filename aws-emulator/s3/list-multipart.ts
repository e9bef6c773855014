import { bucketOf, type Call, numberParameter } from './call';
import { checksumElement } from './checksums';
import { compareKeys } from './keys';
import { replyXml } from './reply';
import { getUpload, listParts, listUploads } from './uploads';

/** ListParts. */
export function listUploadParts(call: Call): void {
  const bucket = bucketOf(call);
  const upload = getUpload(bucket, call.key, call.query.get('uploadId') ?? '');
  const most = numberParameter(call, 'max-parts', 1000, 1000);
  const marker = numberParameter(call, 'part-number-marker', 0, Number.MAX_SAFE_INTEGER);
  const parts = listParts(bucket, upload).filter((part) => part.number > marker);
  const page = parts.slice(0, most);
  replyXml(call, 'ListPartsResult', {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: most,
    IsTruncated: parts.length > page.length,
    ChecksumAlgorithm: upload.algorithm?.toUpperCase(),
    ChecksumType: upload.checksumType,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified,
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...(part.checksum ? { [checksumElement(part.checksum.algorithm)]: part.checksum.value } : {}),
    })),
  });
}

/** ListMultipartUploads; without a delimiter, and paged by key only. */
export function listMultipartUploads(call: Call): void {
  const bucket = bucketOf(call);
  const prefix = call.query.get('prefix') ?? '';
  const marker = call.query.get('key-marker') ?? '';
  const most = numberParameter(call, 'max-uploads', 1000, 1000);
  const uploads = listUploads(bucket)
    .filter((one) => one.key.startsWith(prefix) && (marker === '' || compareKeys(one.key, marker) > 0))
    .sort((a, b) => compareKeys(a.key, b.key) || (a.initiated < b.initiated ? -1 : 1));
  const page = uploads.slice(0, most);
  replyXml(call, 'ListMultipartUploadsResult', {
    Bucket: bucket.name,
    Prefix: prefix,
    KeyMarker: marker,
    NextKeyMarker: uploads.length > page.length ? page.at(-1)?.key : undefined,
    MaxUploads: most,
    IsTruncated: uploads.length > page.length,
    Upload: page.map((one) => ({
      Key: one.key,
      UploadId: one.id,
      StorageClass: 'STANDARD',
      Initiated: one.initiated,
      ChecksumAlgorithm: one.algorithm?.toUpperCase(),
      ChecksumType: one.checksumType,
    })),
  });
}
