import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { outputKeys } from '../../contract/keys';
import { isFinal, parseStatus, type Status } from '../../contract/status';
import { readObject } from '../../lambda/shared/read-object';

/** How often a job is looked for, unless it is said otherwise. */
const POLL_MS = 200;

export interface WatchOptions {
  s3: S3Client;
  bucket: string;
  jobId: string;
  /**
   * Version id of the input: the status of an earlier upload of the same id does not count. Empty in a bucket without
   * versions.
   */
  inputVersion: string;
  onStatus?: (status: Status) => void;
  signal?: AbortSignal;
  /** Milliseconds between two looks. */
  pollMs?: number;
}

/** Waits for the final status of one upload. Rejects only when `signal` aborts. */
export async function watchJob(options: WatchOptions): Promise<Status> {
  const { s3, bucket, jobId, inputVersion, onStatus, signal, pollMs = POLL_MS } = options;
  let last = '';
  for (;;) {
    signal?.throwIfAborted();
    const object = await readObject(s3, { Bucket: bucket, Key: outputKeys(jobId).status });
    const text = await object?.Body?.transformToString();
    const status = text === undefined || text === last ? undefined : parseStatus(text);
    if (text !== undefined) last = text;
    if (status && (status.input_version ?? '') === inputVersion) {
      onStatus?.(status);
      if (isFinal(status.state)) return status;
    }
    await pause(pollMs, undefined, { signal });
  }
}
