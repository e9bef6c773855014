import type { _Object, CommonPrefix, EncodingType, ListObjectsV2Request } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket';
import { algorithmName } from './checksums';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { formEncodeKey } from './keys';
import { type Entry, pageOf } from './paging';

export const OWNER = { ID: 'local', DisplayName: 'local' };
const MOST_KEYS = 1000;

type PageInput = Pick<ListObjectsV2Request, 'Prefix' | 'Delimiter' | 'EncodingType' | 'MaxKeys'>;

/** @throws S3Error NoSuchBucket; InvalidArgument for an unknown token or encoding */
export const listObjectsV2: S3Handler<'ListObjectsV2'> = (input, { store }) => {
  const { StartAfter, ContinuationToken } = input;
  const encode = nameEncoder(input.EncodingType);
  const after = ContinuationToken === undefined ? StartAfter : decodeToken(ContinuationToken);
  const { next, Contents, ...page } = listPage(store.get(input.Bucket), input, after);
  return {
    ...page,
    KeyCount: Contents.length + page.CommonPrefixes.length,
    ContinuationToken,
    NextContinuationToken: next && encodeToken(next),
    StartAfter: StartAfter && encode(StartAfter),
    Contents: input.FetchOwner ? Contents.map((one) => ({ ...one, Owner: OWNER })) : Contents,
  };
};

/**
 * What both listings have in common.
 *
 * @param after the key or common prefix that the page before ended with
 * @returns members of the answer, and in `next` what the next page goes on after, if there is more
 */
export function listPage(bucket: Bucket, input: PageInput, after: string | undefined) {
  const { Prefix = '', Delimiter, EncodingType } = input;
  const encode = nameEncoder(EncodingType);
  const most = pageSize(input.MaxKeys);
  const keys = bucket.keys().filter((key) => bucket.current(key) !== undefined);
  const { entries, next } = pageOf(keys, { prefix: Prefix, delimiter: Delimiter, after, most });
  return {
    next,
    Name: bucket.name,
    Prefix: encode(Prefix),
    Delimiter: Delimiter && encode(Delimiter),
    MaxKeys: most,
    EncodingType,
    IsTruncated: next !== undefined,
    Contents: entries.filter((entry) => !entry.isPrefix).map(({ name }) => describe(bucket, name, encode)),
    CommonPrefixes: commonPrefixes(entries, encode),
  };
}

/** How many entries a page has. */
export function pageSize(asked = MOST_KEYS): number {
  return Math.min(Math.max(asked, 0), MOST_KEYS);
}

/** XML cannot carry every character a key may hold: a client may have names encoded. */
export function nameEncoder(type: EncodingType | undefined): (name: string) => string {
  if (type !== undefined && type !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  return type === 'url' ? formEncodeKey : (name) => name;
}

/** The entries of a page that stand for many keys, encoded like the keys. */
export function commonPrefixes(entries: readonly Entry[], encode: (name: string) => string): CommonPrefix[] {
  return entries.filter((entry) => entry.isPrefix).map((entry) => ({ Prefix: encode(entry.name) }));
}

function describe(bucket: Bucket, key: string, encode: (name: string) => string): _Object {
  const version = bucket.current(key);
  const { checksum } = version ?? {};
  return {
    Key: encode(key),
    LastModified: version?.lastModified,
    ETag: `"${version?.etag}"`,
    ChecksumAlgorithm: checksum && [algorithmName(checksum.algorithm)],
    ChecksumType: checksum?.type,
    Size: version?.size,
    StorageClass: version?.description.StorageClass ?? 'STANDARD',
  };
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
