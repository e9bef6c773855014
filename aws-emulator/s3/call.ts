import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Signing } from '../http/types';
import type { Bucket } from './bucket';
import type { EventName } from './events';
import type { Store } from './store';
import type { ObjectVersion } from './version';

/** One S3 request on its way through an operation. */
export interface Call {
  readonly store: Store;
  readonly region: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Request headers by lower-case name, and what a presigned URL carries in their place. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: ReadonlyMap<string, string>;
  /** '' when the request is for the service itself. */
  readonly bucketName: string;
  /** '' when the request is for a bucket. */
  readonly key: string;
  readonly requestId: string;
  readonly signing?: Signing;
  /** Reports a write that is on disk. */
  readonly announce: (name: EventName, bucket: Bucket, version: ObjectVersion) => void;
}

/** Answers one kind of request; what it throws becomes the error answer. */
export type Operation = (call: Call) => Promise<void> | void;

/** The bucket a call is about. @throws S3Error NoSuchBucket */
export function bucketOf(call: Call): Bucket {
  return call.store.get(call.bucketName);
}

/** A whole number from the query, within bounds. */
export function numberParameter(call: Call, name: string, fallback: number, most: number): number {
  const text = call.query.get(name);
  if (text === undefined || text === '') return fallback;
  return /^\d+$/.test(text) ? Math.min(Number(text), most) : fallback;
}
