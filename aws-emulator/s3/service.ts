import { randomBytes } from 'node:crypto';
import { percentDecode } from '../http/target';
import type { Service, ServiceRequest } from '../http/types';
import type { Call } from './call';
import { S3Error } from './errors';
import { eventRecord, isReported, type NotificationFilter, type S3EventRecord } from './events';
import { type Fault, Faults } from './faults';
import { replyError } from './reply';
import { route } from './router';
import { Store } from './store';

export interface S3Options {
  /** Where everything is kept; a later service on the same directory finds it again. */
  readonly dir: string;
  readonly region: string;
  /** Called once for each write that is on disk and that `notification` covers. What it throws is dropped. */
  readonly onEvent?: (record: S3EventRecord) => void | Promise<void>;
  /** Which keys are reported; absent: every key. */
  readonly notification?: NotificationFilter;
}

/** Amazon S3 on one machine: the operations and the checks that s3.md lists, on files below one directory. */
export class S3Service implements Service {
  readonly name = 's3';
  private readonly store: Store;
  private readonly faults = new Faults();

  constructor(private readonly options: S3Options) {
    this.store = new Store(options.dir);
  }

  /** Makes sure that a bucket exists, and that versioning is on if asked for. */
  createBucket(name: string, { versioned }: { versioned: boolean }): void {
    const bucket = this.store.find(name) ?? this.store.create(name, versioned ? 'Enabled' : undefined);
    if (versioned && bucket.versioning !== 'Enabled') bucket.versioning = 'Enabled';
  }

  /** Makes the next matching requests fail, to see what a client makes of it. */
  failNext(fault: Fault): void {
    this.faults.add(fault);
  }

  async handle(request: ServiceRequest): Promise<void> {
    const { req, res } = request;
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const path = (req.url ?? '/').replace(/\?.*$/s, '');
    try {
      const call = this.readCall(request, path, requestId);
      const fault = this.faults.take(req.method ?? '', call.key);
      if (fault) {
        replyError(res, requestId, path, { ...fault, message: 'A fault that was asked for' });
      } else {
        await route(call)(call);
      }
    } catch (error) {
      if (!(error instanceof S3Error) || res.headersSent) throw error;
      replyError(res, requestId, path, error);
    }
  }

  private readCall({ req, res, url, caller, signing }: ServiceRequest, path: string, requestId: string): Call {
    const [, bucketName = '', ...keySegments] = path.split('/');
    const query = new Map(url.searchParams);
    return {
      store: this.store,
      region: this.options.region,
      req,
      res,
      headers: { ...hoistedHeaders(query), ...singleHeaders(req.headersDistinct) },
      query,
      bucketName: percentDecode(bucketName),
      key: keySegments.map(percentDecode).join('/'),
      requestId,
      signing,
      announce: (name, bucket, version) => {
        const { onEvent, notification = { prefix: '', suffix: '' }, region } = this.options;
        if (!onEvent || !isReported(version.key, notification)) return;
        const sourceAddress = req.socket.remoteAddress ?? '127.0.0.1';
        const at = { region, bucket: bucket.name, requestId, accessKeyId: caller.accessKeyId, sourceAddress };
        // The write stands whatever becomes of its report, as it does in S3.
        void Promise.resolve(eventRecord(name, at, version))
          .then(onEvent)
          .catch(() => undefined);
      },
    };
  }
}

/** In a presigned URL the signer may have moved `x-amz-` headers into the query; they mean the same there. */
function hoistedHeaders(query: ReadonlyMap<string, string>): Record<string, string> {
  if (!query.has('X-Amz-Signature')) return {};
  const hoisted = [...query].map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(hoisted.filter(([name]) => name.startsWith('x-amz-')));
}

function singleHeaders(distinct: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(distinct).map(([name, values]) => [name, (values ?? []).join(',')]));
}
