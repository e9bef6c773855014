import type { Call } from './call';
import { S3Error } from './errors';
import type { ObjectVersion, VersionDraft } from './version';

/** The system metadata a client sets, which S3 returns as it was given. */
const KEPT_HEADERS = [
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
];
const DEFAULT_TYPE = 'binary/octet-stream';
const META = 'x-amz-meta-';
/** S3 User Guide, "Working with object metadata": names and values together, in bytes. */
const LARGEST_METADATA = 2048;

export type Attributes = Pick<VersionDraft, 'headers' | 'metadata' | 'tags'>;

/**
 * Reads from a request's headers what is to be kept with the object.
 *
 * @throws S3Error MetadataTooLarge, InvalidArgument for unreadable tags
 */
export function readAttributes(call: Call): Attributes {
  const headers: Record<string, string> = { 'content-type': DEFAULT_TYPE };
  for (const name of KEPT_HEADERS) {
    const value = name === 'content-encoding' ? contentEncoding(call.headers[name]) : call.headers[name];
    if (value !== undefined && value !== '') headers[name] = value;
  }
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.headers)) {
    if (name.startsWith(META) && value !== undefined) metadata[name.slice(META.length)] = value;
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > LARGEST_METADATA) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return { headers, metadata, tags: readTags(call.headers['x-amz-tagging']) };
}

/** The response headers that describe a stored version, without its length. */
export function attributeHeaders(version: ObjectVersion): Record<string, string | number | undefined> {
  const metadata = Object.entries(version.metadata).map(([name, value]) => [`${META}${name}`, value]);
  const tags = Object.keys(version.tags).length;
  return {
    ...version.headers,
    ...Object.fromEntries(metadata),
    ...versionHeaders(version),
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
    'x-amz-tagging-count': tags === 0 ? undefined : tags,
  };
}

/** The version id, where there is one to speak of. */
export function versionHeaders(version: ObjectVersion): Record<string, string | undefined> {
  return { 'x-amz-version-id': version.versionId === 'null' ? undefined : version.versionId };
}

/** The verified checksum of a version, as headers. */
export function checksumHeaders({ checksum }: Pick<VersionDraft, 'checksum'>): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** `aws-chunked` is about the way, not about the object. */
function contentEncoding(header: string | undefined): string | undefined {
  return header
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked')
    .join(',');
}

function readTags(header: string | undefined): Record<string, string> {
  const tags = [...new URLSearchParams(header ?? '')];
  if (tags.length > 10) throw new S3Error('InvalidArgument', 'Object tags cannot be greater than 10');
  return Object.fromEntries(tags);
}
