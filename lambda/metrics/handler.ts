import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Event } from 'aws-lambda';
import { jobIdOfStatusKey } from '../../contract/keys';
import { parseStatus, type Status } from '../../contract/status';
import { type LoggedError, loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import { decodeEventKey } from '../shared/upload-event';
import { formatMeasurement, type Measurement } from './emf';
import { type FreshnessContext, freshness } from './freshness';
import { indexJob } from './index-job';
import { jobMeasurements } from './job-metrics';
import { putJobEnded } from './put-job-ended';

/** Everything the handler touches, handed in. */
export interface MetricsDependencies extends FreshnessContext {
  eventBridge: EventBridgeClient;
  /** Writes one line of the function's log as it is. */
  print(line: string): void;
  logger: Pick<EventLogger, 'warn'>;
  now(): number;
}

/** A status that S3 tells of; without it when it is gone or none. */
interface WrittenStatus {
  bucket: string;
  jobId: string;
  status?: Status;
}

/**
 * Makes metrics of what is there anyway: of each final status when S3 tells that it was written, whoever wrote it, and,
 * on a schedule, of how old image and last success are. Of the jobs of such an event it brings the index up to date and
 * tells EventBridge, because S3 calls one function for these keys and no second one.
 *
 * Throws when AWS does not answer: Lambda tries an asynchronous invocation twice more. What was measured is printed
 * before, so that a lack of the index costs no alarm; and neither the index nor an event waits for the other.
 */
export function createMetricsHandler(deps: MetricsDependencies) {
  const print = (measurements: Measurement[]) => {
    for (const measurement of measurements) deps.print(formatMeasurement(measurement, deps.now()));
  };
  return async (event: S3Event | Record<string, unknown>): Promise<void> => {
    if (!isS3Event(event)) return print(await freshness(deps, deps.now()));
    const written = await writtenStatuses(deps, event);
    for (const { status } of written) if (status) print(jobMeasurements(deps.stackName, status));
    await followAll(deps, written);
  };
}

async function writtenStatuses(deps: MetricsDependencies, event: S3Event): Promise<WrittenStatus[]> {
  const written: WrittenStatus[] = [];
  for (const { s3 } of event.Records) {
    const Key = decodeEventKey(s3.object.key);
    const jobId = jobIdOfStatusKey(Key);
    if (jobId === undefined) continue;
    const { status, error } = await read(deps, s3.bucket.name, Key, s3.object.versionId);
    if (!status) deps.logger.warn('status.skipped', { key: Key, error, why: error ? undefined : 'it is no status' });
    written.push({ bucket: s3.bucket.name, jobId, status });
  }
  return written;
}

/** Index and event of every one of them, whatever becomes of the others. */
async function followAll({ s3, eventBridge, stackName }: MetricsDependencies, written: WrittenStatus[]): Promise<void> {
  const all = written.flatMap(({ bucket, jobId, status }) => [
    indexJob({ s3, bucket }, jobId, status),
    status && putJobEnded(eventBridge, stackName, bucket, status),
  ]);
  for (const result of await Promise.allSettled(all)) if (result.status === 'rejected') throw result.reason;
}

/** The very version the event is about: by now a newer run may have written the next. */
async function read(
  { s3 }: MetricsDependencies,
  Bucket: string,
  Key: string,
  VersionId?: string,
): Promise<{ status?: Status; error?: LoggedError }> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId: VersionId || undefined }));
    return { status: parseStatus((await object.Body?.transformToString()) ?? '') };
  } catch (error) {
    // Mostly it was removed since: of a version that is gone S3 says NoSuchVersion or, without s3:ListBucketVersions,
    // 403.
    if (['NoSuchKey', 'NoSuchVersion', 'AccessDenied'].includes((error as Error).name)) {
      return { error: loggedError(error) };
    }
    throw error;
  }
}

function isS3Event(event: S3Event | Record<string, unknown>): event is S3Event {
  return Array.isArray(event.Records);
}
