import type { S3Client } from '@aws-sdk/client-s3';
import { outputKeys, parseInputKey } from '../contract/keys';
import { isFinal, parseStatus, type Status } from '../contract/status';
import { readObject } from '../lambda/shared/read-object';
import { decodeEventKey } from '../lambda/shared/upload-event';
import type { LocalServices } from './services';

/** A job without a final record; without a state there is no record of it yet. */
export interface JobUnderWay {
  jobId: string;
  state?: Status['state'];
}

/** Remembers the uploads of a machine, so that its end can tell which jobs it cuts off. */
export function watchUploads(
  events: LocalServices['events'],
): (s3: S3Client, bucket: string) => Promise<JobUnderWay[]> {
  const versions = new Map<string, string>();
  events.on('upload', (record) => {
    const { key, versionId } = record.s3.object;
    const parsed = parseInputKey(decodeEventKey(key));
    if (parsed.ok) versions.set(parsed.job.jobId, versionId ?? '');
  });
  return async (s3, bucket) => {
    const jobs = await Promise.all([...versions].map(([jobId, version]) => lookAt(s3, bucket, jobId, version)));
    return jobs.filter((job) => job.state === undefined || !isFinal(job.state));
  };
}

async function lookAt(s3: S3Client, bucket: string, jobId: string, version: string): Promise<JobUnderWay> {
  const object = await readObject(s3, { Bucket: bucket, Key: outputKeys(jobId).status });
  const status = parseStatus((await object?.Body?.transformToString()) ?? '');
  // A record of an earlier upload says nothing of this one.
  return (status?.input_version ?? '') === version ? { jobId, state: status?.state } : { jobId };
}
