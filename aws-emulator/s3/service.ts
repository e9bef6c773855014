import * as sdk from '@aws-sdk/client-s3';
import type { ServiceRequest } from '../http/types';
import { ServiceError } from '../protocol/error';
import { Faults } from '../protocol/faults';
import { restXml } from '../protocol/rest-xml';
import { SdkService } from '../protocol/service';
import { admit } from './admit';
import type { BucketRules } from './bucket-rules';
import { type EventName, eventRecord, isReported, type NotificationFilter, type S3EventRecord } from './events';
import type { S3Context } from './handler';
import { HANDLERS, UNSUPPORTED } from './handlers';
import { receiveText } from './receive';
import { Store } from './store';
import type { ObjectVersion } from './version';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Where the emulated S3 keeps its objects, and whom it tells of writes. */
export interface S3Options {
  /** An empty directory for the objects' bytes; all else is in memory. */
  dir: string;
  /** Of all buckets. */
  region: string;
  /** Called once for each write that is on disk and that `notification` covers. What it throws is dropped. */
  onEvent?: (record: S3EventRecord) => void | Promise<void>;
  /** Which keys are reported; absent: every key. */
  notification?: NotificationFilter;
  /** What is wrong with the destination of a notification, by its ARN; absent: nothing with any. */
  destinationFault?: (arn: string) => string | undefined;
}

/** An answer to give instead of doing what was asked. */
interface Fault {
  /** HTTP method; absent: any. */
  method?: string;
  /** Matched against the object key; absent: any request. */
  keyPattern?: RegExp;
  /** HTTP status of the answer. */
  status: number;
  /** S3 error code of the answer, such as `SlowDown`. */
  code: string;
  /** How many requests fail; 1 when absent. */
  count?: number;
}

/** Amazon S3 on one machine: the operations of `handlers.ts`, on files below one directory. */
export class S3Service extends SdkService<typeof sdk, S3Context> {
  private readonly store: Store;
  private readonly faults: Faults<Fault>;

  constructor(options: S3Options) {
    const { dir, region } = options;
    const [store, faults] = [new Store(dir), new Faults<Fault>()];
    super({
      name: 's3',
      protocol: restXml(sdk, NAMESPACE, receiveText),
      handlers: HANDLERS,
      unsupported: UNSUPPORTED,
      context: {
        store,
        region,
        destinationFault: options.destinationFault ?? (() => undefined),
        announce: (name, bucket, version, request) => announce(options, name, bucket.name, version, request),
      },
      async around(call, handle) {
        const { input, request } = call;
        const { method } = request.req;
        const fault = faults.take((one): one is Fault => isFor(one, method, String(input.Key ?? '')));
        if (fault) throw new ServiceError(fault.code, 'A fault that was asked for', fault.status);
        const bucket = store.find(String(call.input.Bucket ?? ''));
        if (bucket) admit(call, bucket);
        return handle();
      },
    });
    this.store = store;
    this.faults = faults;
  }

  /** @throws S3Error InvalidBucketName */
  createBucket(name: string, options: { versioned: boolean } & BucketRules): void {
    this.store.create(name, options);
  }

  /** Makes the next matching requests fail, to see what a client makes of it. */
  failNext(fault: Fault): void {
    this.faults.add(fault);
  }
}

function isFor(fault: Fault, method: string | undefined, key: string): boolean {
  return (fault.method ?? method) === method && (fault.keyPattern?.test(key) ?? true);
}

function announce(
  { onEvent, notification = { prefix: '', suffix: '' }, region }: S3Options,
  name: EventName,
  bucket: string,
  version: ObjectVersion,
  { req, requestId, accessKeyId }: ServiceRequest,
): void {
  if (!onEvent || !isReported(version.key, notification)) return;
  const sourceAddress = req.socket.remoteAddress ?? '127.0.0.1';
  const at = { region, bucket, requestId, accessKeyId, sourceAddress };
  // The write stands whatever becomes of its report, as it does in S3.
  void Promise.resolve(eventRecord(name, at, version))
    .then(onEvent)
    .catch(() => undefined);
}
