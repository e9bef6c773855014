import { S3Client } from '@aws-sdk/client-s3';
import { INDEX_PREFIX, indexedJobOf, indexKey } from '../../../contract/job-index';
import { outputKeys } from '../../../contract/keys';
import { formatStatus, type Status } from '../../../contract/status';
import type { IndexStore } from '../../../lambda/metrics/index-entries';
import { withSend } from '../with-send';

interface Call {
  constructor: { name: string };
  input: { Key?: string; Prefix?: string; Body?: string };
}

/** A bucket in memory for the index. `before` is awaited ahead of each request, and may fail it. */
export class MemoryBucket {
  readonly objects = new Map<string, string>();
  /** The name of each request that was answered, as in `PutObject`. */
  readonly requests: string[] = [];
  readonly store: IndexStore;

  constructor(before: (request: string, key: string) => Promise<void> = async () => {}) {
    const send = async (call: Call) => {
      const { input } = call;
      const request = call.constructor.name.replace('Command', '');
      await before(request, input.Key ?? input.Prefix ?? '');
      this.requests.push(request);
      return this.answer(request, input);
    };
    this.store = { s3: withSend(S3Client, send), bucket: 'jobs' };
  }

  write(status: Status): void {
    this.objects.set(outputKeys(status.job_id).status, formatStatus(status));
  }

  /** The keys of the index. */
  get index(): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(INDEX_PREFIX)).sort();
  }

  private answer(request: string, { Key = '', Prefix = '', Body = '' }: Call['input']): unknown {
    if (request === 'PutObject') return this.objects.set(Key, Body);
    if (request === 'DeleteObject') return this.objects.delete(Key);
    if (request === 'ListObjectsV2') {
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix));
      // S3 leaves an empty list out.
      return keys.length > 0 ? { Contents: keys.map((name) => ({ Key: name })) } : {};
    }
    const text = this.objects.get(Key);
    if (text === undefined) throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
    return { ETag: text, ContentLength: text.length, Body: { transformToString: async () => text } };
  }
}

/** A status of the job `may`; `submitted` is the minute of its upload. */
export function statusAt(submitted: number, status: Partial<Status>): Status {
  const at = (minute: number) => new Date(Date.parse('2026-11-26T06:00:00Z') + minute * 60_000).toISOString();
  return {
    job_id: 'may',
    state: 'RUNNING',
    message: 'm',
    attempt: 1,
    submitted: at(submitted),
    started: status.state === 'WAITING' ? null : at(submitted + 1),
    ended: status.state === 'FAILED' || status.state === 'SUCCEEDED' ? at(submitted + 2) : null,
    ...status,
  };
}

/** The key of a status's entry. */
export const entry = (status: Status): string => indexKey(indexedJobOf(status));
