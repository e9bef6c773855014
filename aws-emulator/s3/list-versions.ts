import type { DeleteMarkerEntry, ObjectVersion as ListedVersion } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket';
import type { S3Handler } from './handler';
import { commonPrefixes, nameEncoder, OWNER, pageSize } from './list-objects';
import { pageOf } from './paging';
import type { ObjectVersion } from './version';

/** A version or delete marker, or the common prefix that stands for keys. */
type Found = ObjectVersion | { prefix: string };

/** Every version and delete marker, newest first within a key. */
export const listObjectVersions: S3Handler<'ListObjectVersions'> = (input, { store }) => {
  const { Prefix = '', Delimiter, KeyMarker = '', VersionIdMarker = '', EncodingType } = input;
  const bucket = store.get(input.Bucket);
  const encode = nameEncoder(EncodingType);
  const most = pageSize(input.MaxKeys);
  const within = { prefix: Prefix, delimiter: Delimiter };

  const { entries } = pageOf(bucket.keys(), { ...within, after: KeyMarker, most });
  const found: Found[] = [
    ...remainingOf(bucket, KeyMarker, VersionIdMarker),
    ...entries.flatMap(({ name, isPrefix }): readonly Found[] =>
      isPrefix ? [{ prefix: name }] : bucket.versionsOf(name),
    ),
  ];
  const page = found.slice(0, most);
  const versions = page.filter((one): one is ObjectVersion => 'key' in one);
  const prefixes = page.flatMap((one) => ('prefix' in one ? [{ name: one.prefix, isPrefix: true }] : []));
  const last = page.at(-1);
  const after = last && ('key' in last ? last.key : last.prefix);
  const more =
    found.length > most || (after ? pageOf(bucket.keys(), { ...within, after, most: 1 }).entries.length > 0 : false);
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    Delimiter: Delimiter && encode(Delimiter),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker,
    NextKeyMarker: more && after ? encode(after) : undefined,
    NextVersionIdMarker: more && last && 'key' in last ? last.versionId : undefined,
    MaxKeys: most,
    EncodingType,
    IsTruncated: more,
    Versions: versions.filter((one) => !one.deleteMarker).map((one) => describeVersion(bucket, one, encode)),
    DeleteMarkers: versions.filter((one) => one.deleteMarker).map((one) => describe(bucket, one, encode)),
    CommonPrefixes: commonPrefixes(prefixes, encode),
  };
};

/** The older versions of the key that the page before broke off in. */
function remainingOf(bucket: Bucket, key: string, versionMarker: string): readonly ObjectVersion[] {
  if (versionMarker === '') return [];
  const versions = bucket.versionsOf(key);
  return versions.slice(versions.findIndex((one) => one.versionId === versionMarker) + 1);
}

function describeVersion(bucket: Bucket, version: ObjectVersion, encode: (name: string) => string): ListedVersion {
  const { etag, size } = version;
  return { ...describe(bucket, version, encode), ETag: `"${etag}"`, Size: size, StorageClass: 'STANDARD' };
}

function describe(bucket: Bucket, version: ObjectVersion, encode: (name: string) => string): DeleteMarkerEntry {
  return {
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: bucket.latest(version.key) === version,
    LastModified: version.lastModified,
    Owner: OWNER,
  };
}
