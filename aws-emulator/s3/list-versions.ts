import type { Bucket } from './bucket';
import { bucketOf, type Call, numberParameter } from './call';
import { commonPrefixes, nameEncoder } from './list-objects';
import { pageOf } from './paging';
import { replyXml } from './reply';
import type { ObjectVersion } from './version';
import type { XmlTree } from './xml';

const OWNER = { ID: 'local', DisplayName: 'local' };

/** ListObjectVersions: every version and delete marker, newest first within a key. */
export function listObjectVersions(call: Call): void {
  const bucket = bucketOf(call);
  const encode = nameEncoder(call);
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  const keyMarker = call.query.get('key-marker') ?? '';
  const versionMarker = call.query.get('version-id-marker') ?? '';
  const most = numberParameter(call, 'max-keys', 1000, 1000);

  const left = remainingOf(bucket, keyMarker, versionMarker);
  const { entries } = pageOf(bucket.keys(), { prefix, delimiter, after: keyMarker, most });
  const found: (ObjectVersion | { prefix: string })[] = [...left];
  for (const { name, isPrefix } of entries) {
    if (isPrefix) found.push({ prefix: name });
    else found.push(...bucket.versionsOf(name));
  }
  const page = found.slice(0, most);
  const versions = page.filter((one): one is ObjectVersion => 'key' in one);
  const prefixes = page.flatMap((one) => ('prefix' in one ? [{ name: one.prefix, isPrefix: true }] : []));
  const last = page.at(-1);
  const more = found.length > most || moreKeys(bucket, prefix, delimiter, last);
  replyXml(call, 'ListVersionsResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: versionMarker,
    NextKeyMarker: more && last ? encode('key' in last ? last.key : last.prefix) : undefined,
    NextVersionIdMarker: more && last && 'key' in last ? last.versionId : undefined,
    MaxKeys: most,
    EncodingType: call.query.get('encoding-type'),
    IsTruncated: more,
    Version: versions.filter((one) => !one.deleteMarker).map((one) => describe(bucket, one, encode)),
    DeleteMarker: versions.filter((one) => one.deleteMarker).map((one) => describe(bucket, one, encode)),
    CommonPrefixes: commonPrefixes(prefixes, encode),
  });
}

/** The older versions of the key that the page before broke off in. */
function remainingOf(bucket: Bucket, key: string, versionMarker: string): readonly ObjectVersion[] {
  if (versionMarker === '') return [];
  const versions = bucket.versionsOf(key);
  return versions.slice(versions.findIndex((one) => one.versionId === versionMarker) + 1);
}

function moreKeys(
  bucket: Bucket,
  prefix: string,
  delimiter: string,
  last: ObjectVersion | { prefix: string } | undefined,
): boolean {
  if (!last) return false;
  const after = 'key' in last ? last.key : last.prefix;
  return pageOf(bucket.keys(), { prefix, delimiter, after, most: 1 }).entries.length > 0;
}

function describe(bucket: Bucket, version: ObjectVersion, encode: (name: string) => string): XmlTree {
  const common = {
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: bucket.latest(version.key) === version,
    LastModified: version.lastModified,
    Owner: OWNER,
  };
  if (version.deleteMarker) return common;
  return { ...common, ETag: `"${version.etag}"`, Size: version.size, StorageClass: 'STANDARD' };
}
