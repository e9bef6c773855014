import { open } from 'node:fs/promises';
import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { checksumMembers } from './checksums';
import { checkRead } from './conditions';
import { tagsOf } from './description';
import { findVersion } from './find-version';
import type { S3Handler } from './handler';
import { type ByteRange, parseRange } from './range';
import { type ObjectVersion, versionIdOf } from './version';

/** Larger than Node's own choice: fewer turns of the event loop for each gigabyte. */
const READ_BYTES = 512 * 1024;

/** What an answer says of an object, with its length. */
type Head = Omit<GetObjectCommandOutput, 'Body' | '$metadata'>;

/** @throws S3Error what {@link getObject} throws; answers without a body, so clients see the status alone */
export const headObject: S3Handler<'HeadObject'> = (input, { store }, { res }) => {
  const version = findVersion(store.get(input.Bucket), input.Key, input.VersionId);
  const { status, head } = answerFor(input, version);
  res.statusCode = status;
  return head;
};

/** @throws S3Error NoSuchBucket, InvalidRange, and the errors of {@link findVersion} and {@link checkRead} */
export const getObject: S3Handler<'GetObject'> = async (input, { store }, { res }) => {
  const bucket = store.get(input.Bucket);
  const version = findVersion(bucket, input.Key, input.VersionId);
  const { status, head, bytes } = answerFor(input, version);
  res.statusCode = status;
  if (!bytes || head.ContentLength === 0) return head;
  // Opened before the headers go out: a version may be removed at any moment, an open file stays readable.
  const file = await open(bucket.dataPath(version));
  return { ...head, Body: file.createReadStream({ ...bytes, highWaterMark: READ_BYTES }) as never };
};

function answerFor(
  input: GetObjectCommandInput,
  version: ObjectVersion,
): { status: number; head: Head; bytes?: ByteRange } {
  const head = describe(input, version);
  if (checkRead(input, version) === 'not-modified') return { status: 304, head };
  const range = parseRange(input.Range, version.size);
  const { start, end } = range ?? { start: 0, end: version.size - 1 };
  const ContentLength = end - start + 1;
  if (range) {
    const ContentRange = `bytes ${start}-${end}/${version.size}`;
    return { status: 206, head: { ...head, ContentRange, ContentLength }, bytes: range };
  }
  // A checksum of the whole is no help with a part.
  const checksum = input.ChecksumMode === 'ENABLED' ? checksumMembers(version.checksum) : {};
  return { status: 200, head: { ...head, ...checksum, ContentLength }, bytes: { start, end } };
}

function describe(input: GetObjectCommandInput, version: ObjectVersion): Head {
  const { Tagging: _, ...kept } = version.description;
  return {
    ...kept,
    CacheControl: input.ResponseCacheControl ?? kept.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? kept.ContentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? kept.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? kept.ContentLanguage,
    ContentType: input.ResponseContentType ?? kept.ContentType,
    Expires: input.ResponseExpires ?? kept.Expires,
    AcceptRanges: 'bytes',
    ETag: `"${version.etag}"`,
    LastModified: version.lastModified,
    TagCount: tagsOf(version.description).length || undefined,
    VersionId: versionIdOf(version),
  };
}

/** The AWS CLI asks for tags whenever it copies an object in parts. */
export const getObjectTagging: S3Handler<'GetObjectTagging'> = (input, { store }) => {
  const version = findVersion(store.get(input.Bucket), input.Key, input.VersionId);
  return { TagSet: tagsOf(version.description), VersionId: versionIdOf(version) };
};
