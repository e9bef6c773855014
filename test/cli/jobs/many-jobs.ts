import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Bucket } from 'aws-emulator/s3/bucket';
import type { S3Service } from 'aws-emulator/s3/service';

import { type IndexedJob, indexKey } from '../../../contract/job-index';
import { BUCKET } from '../../lambda/launch/fixture';

/** Job number `n` of a bucket of many, one a minute; the last five are under way. */
export function jobNumber(n: number, count: number): IndexedJob {
  const time = Date.parse('2026-01-01T00:00:00Z') + n * 60_000;
  const underWay = n >= count - 5;
  return {
    job_id: `reports/${n}`,
    state: underWay ? 'RUNNING' : 'SUCCEEDED',
    reason: null,
    attempt: 1,
    submitted: new Date(time).toISOString(),
    started: new Date(time + 20_000).toISOString(),
    ended: underWay ? null : new Date(time + 50_000).toISOString(),
    cost_estimate_usd: 0.02,
    git_commit: '0123456789abcdef0123456789abcdef01234567',
    template_version: '7',
  };
}

/** Puts the entries of this many jobs into the job bucket of an emulated S3. */
export function addEntries(s3: S3Service, count: number): void {
  for (let n = 0; n < count; n++) addEntry(s3, jobNumber(n, count));
}

/** Puts a job's entry into the job bucket of an emulated S3: not by a request, which would take minutes for many. */
export function addEntry(s3: S3Service, job: IndexedJob): void {
  const { store } = s3 as unknown as { store: { get(name: string): Bucket } };
  const empty = { deleteMarker: false, size: 0, etag: 'd41d8cd98f00b204e9800998ecf8427e', description: {} };
  store.get(BUCKET).add(indexKey(job), empty);
}

/** How many HTTP requests of any client this process sends meanwhile, retries included. */
export async function countingRequests<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  let count = 0;
  const onRequest = () => void count++;
  subscribe('http.client.request.start', onRequest);
  try {
    return [await work(), count];
  } finally {
    unsubscribe('http.client.request.start', onRequest);
  }
}
