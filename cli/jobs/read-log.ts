import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { JobStore } from './job-list';

/** A part of an object that grows. */
export interface LogPart {
  bytes: Buffer;
  /** Where the part ends, from the beginning of the object. */
  end: number;
  /** Of the whole object; another one when it was written since. */
  etag: string;
}

/**
 * What an object holds from `start` on, at most `length` bytes; a negative start counts from the end. Undefined when
 * there is no object; nothing, at the end, when there are no bytes there.
 */
export async function readPart(
  { s3, bucket }: JobStore,
  key: string,
  start: number,
  length?: number,
): Promise<LogPart | undefined> {
  const range = start < 0 ? `bytes=${start}` : `bytes=${start}-${length === undefined ? '' : start + length - 1}`;
  try {
    const {
      Body,
      ContentRange,
      ETag = '',
    } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const first = Number(/^bytes ([0-9]+)-/.exec(ContentRange ?? '')?.[1] ?? 0);
    return { bytes, end: first + bytes.length, etag: ETag };
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    // An empty object, or one that ends where the part would begin.
    const isPast = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 416;
    if (isPast) return { bytes: Buffer.alloc(0), end: Math.max(0, start), etag: '' };
    throw error;
  }
}

/** What an object holds from the beginning of its last lines on, so many at most; undefined when there is none. */
export async function readEnd(store: JobStore, key: string, lines: number): Promise<LogPart | undefined> {
  for (let length = 64 << 10; ; length *= 8) {
    const part = await readPart(store, key, -length);
    if (!part) return undefined;
    const from = startOfLast(part.bytes, lines);
    const isWhole = part.bytes.length < length;
    if (from > 0 || isWhole) return { ...part, bytes: part.bytes.subarray(from) };
  }
}

/** Where the last lines begin: 0 when there are no more than those. A last one may lack its line break. */
function startOfLast(bytes: Buffer, lines: number): number {
  if (lines === 0) return bytes.length;
  let at = bytes.length - 1;
  for (let found = 0; found < lines && at >= 0; found++) at = at > 0 ? bytes.lastIndexOf('\n', at - 1) : -1;
  return at + 1;
}

/** The last lines of a log of any size, so many at most; undefined when there is no log. */
export async function readTail(store: JobStore, key: string, lines: number): Promise<string[] | undefined> {
  const part = await readEnd(store, key, lines);
  if (!part) return undefined;
  const text = part.bytes.toString('utf8').replace(/\n$/, '');
  return text === '' ? [] : text.split('\n');
}
