import { S3Error } from './errors';

/** S3 User Guide, "Naming Amazon S3 objects": at most 1,024 bytes of UTF-8. */
const LONGEST_KEY_BYTES = 1024;

/** Orders keys as S3 lists them: by their UTF-8 bytes, which JavaScript's own order is not. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** @throws S3Error KeyTooLongError */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long');
}

/** The encoding of keys in events and in `encoding-type=url` lists: form encoding, with slashes left alone. */
export function formEncodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
