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

/** The whole lines at the end of a log of any size, at most so many; undefined when there is no log. */
export async function readTail(store: JobStore, key: string, lines: number): Promise<string[] | undefined> {
  for (let bytes = 64 << 10; ; bytes *= 8) {
    const part = await readPart(store, key, -bytes);
    if (!part) return undefined;
    const isWhole = part.bytes.length < bytes;
    const found = part.bytes.toString('utf8').replace(/\n$/, '').split('\n');
    // The first line of a part may have begun before it.
    const whole = isWhole ? found : found.slice(1);
    if (isWhole || whole.length >= lines) return part.bytes.length === 0 || lines === 0 ? [] : whole.slice(-lines);
  }
}
