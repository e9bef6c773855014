import type * as sdk from '@aws-sdk/client-s3';
import type { ServiceRequest } from '../http/types';
import type { Handler, OperationName } from '../protocol/operation';
import type { Bucket } from './bucket';
import type { EventName } from './events';
import type { Store } from './store';
import type { ObjectVersion } from './version';

/** What the operations of S3 work on. */
export interface S3Context {
  store: Store;
  region: string;
  /** What is wrong with the destination of a notification. */
  destinationFault(arn: string): string | undefined;
  /** Reports a write that is on disk. */
  announce(name: EventName, bucket: Bucket, version: ObjectVersion, request: ServiceRequest): void;
}

export type S3Handler<Name extends OperationName<typeof sdk>> = Handler<typeof sdk, Name, S3Context>;
