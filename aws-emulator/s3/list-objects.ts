import type { Bucket } from './bucket';
import { bucketOf, type Call, numberParameter } from './call';
import { S3Error } from './errors';
import { formEncodeKey } from './keys';
import { type Entry, type Page, pageOf } from './paging';
import { replyXml } from './reply';
import type { ObjectVersion } from './version';
import type { XmlTree } from './xml';

const OWNER = { ID: 'local', DisplayName: 'local' };

/** ListObjectsV2. */
export function listObjectsV2(call: Call): void {
  const token = call.query.get('continuation-token');
  const startAfter = call.query.get('start-after') ?? '';
  const { encode, page, common } = listing(call, token === undefined ? startAfter : decodeToken(token));
  replyXml(call, 'ListBucketResult', {
    ...common,
    KeyCount: page.entries.length,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : encodeToken(page.next),
    StartAfter: startAfter === '' ? undefined : encode(startAfter),
    Contents: contents(call, page, encode, call.query.get('fetch-owner') === 'true'),
    CommonPrefixes: commonPrefixes(page.entries, encode),
  });
}

/** ListObjects, the older form: pages go by key, which the client must know where no delimiter is given. */
export function listObjectsV1(call: Call): void {
  const marker = call.query.get('marker') ?? '';
  const { encode, page, common } = listing(call, marker);
  const states = page.next !== undefined && (call.query.get('delimiter') ?? '') !== '';
  replyXml(call, 'ListBucketResult', {
    ...common,
    Marker: encode(marker),
    NextMarker: states ? encode(page.next as string) : undefined,
    Contents: contents(call, page, encode, true),
    CommonPrefixes: commonPrefixes(page.entries, encode),
  });
}

/** What the query says of the encoding of names: XML cannot carry every character a key may hold. */
export function nameEncoder(call: Call): (name: string) => string {
  const type = call.query.get('encoding-type');
  if (type !== undefined && type !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  return type === 'url' ? formEncodeKey : (name) => name;
}

export function commonPrefixes(entries: readonly Entry[], encode: (name: string) => string): XmlTree[] {
  return entries.filter((entry) => entry.isPrefix).map((entry) => ({ Prefix: encode(entry.name) }));
}

function listing(call: Call, after: string): { encode: (name: string) => string; page: Page; common: XmlTree } {
  const bucket = bucketOf(call);
  const encode = nameEncoder(call);
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  const most = numberParameter(call, 'max-keys', 1000, 1000);
  const page = pageOf(currentKeys(bucket), { prefix, delimiter, after, most });
  const common = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: most,
    EncodingType: call.query.get('encoding-type'),
    IsTruncated: page.next !== undefined,
  };
  return { encode, page, common };
}

function contents(call: Call, page: Page, encode: (name: string) => string, withOwner: boolean): XmlTree[] {
  const bucket = bucketOf(call);
  return page.entries
    .filter((entry) => !entry.isPrefix)
    .map(({ name }) => {
      const version = bucket.current(name) as ObjectVersion;
      return {
        Key: encode(name),
        LastModified: version.lastModified,
        ETag: `"${version.etag}"`,
        ChecksumAlgorithm: version.checksum?.algorithm.toUpperCase(),
        ChecksumType: version.checksum?.type,
        Size: version.size,
        StorageClass: version.headers['x-amz-storage-class'] ?? 'STANDARD',
        Owner: withOwner ? OWNER : undefined,
      };
    });
}

function currentKeys(bucket: Bucket): string[] {
  return bucket.keys().filter((key) => bucket.current(key) !== undefined);
}

/** Opaque to clients, as in S3: they must not depend on what is in it. */
function encodeToken(after: string): string {
  return Buffer.from(after).toString('base64url');
}

function decodeToken(token: string): string {
  const after = Buffer.from(token, 'base64url').toString();
  if (after === '' || encodeToken(after) !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return after;
}
