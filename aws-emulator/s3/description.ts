import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { BucketRules } from './bucket-rules';
import { type Encryption, encryptionOf } from './encryption';
import { S3Error } from './errors';

/** What a client says of an object, and S3 returns as it was given. */
const KEPT = [
  'ContentType',
  'ContentEncoding',
  'ContentDisposition',
  'ContentLanguage',
  'CacheControl',
  'Expires',
  'StorageClass',
  'WebsiteRedirectLocation',
  'Metadata',
  'Tagging',
] as const;

export type Description = Pick<PutObjectCommandInput, (typeof KEPT)[number]> & Encryption;

const DEFAULT_TYPE = 'binary/octet-stream';
/** S3 User Guide, "Working with object metadata": names and values together, in bytes. */
const LARGEST_METADATA = 2048;

/**
 * Takes from a request what is to be kept with the object.
 *
 * @throws S3Error MetadataTooLarge, and the errors of {@link encryptionOf}
 */
export function readDescription(input: Description, rules: BucketRules): Description {
  const metadata = Object.entries(input.Metadata ?? {});
  if (metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > LARGEST_METADATA) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  const kept = Object.fromEntries(KEPT.map((name) => [name, input[name]])) as Description;
  const types = { ContentType: input.ContentType ?? DEFAULT_TYPE, ContentEncoding: codingOf(input.ContentEncoding) };
  return { ...kept, ...types, ...encryptionOf(input, rules) };
}

/** The tags, which are given like a query: `a=1&b=2`. */
export function tagsOf({ Tagging }: Description): { Key: string; Value: string }[] {
  return [...new URLSearchParams(Tagging)].map(([Key, Value]) => ({ Key, Value }));
}

/** `aws-chunked` is about the way, not about the object. */
function codingOf(header = ''): string | undefined {
  const codings = header.split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',') || undefined;
}
