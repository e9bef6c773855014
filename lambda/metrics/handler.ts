import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Event } from 'aws-lambda';
import { jobIdOfStatusKey } from '../../contract/keys';
import { parseStatus } from '../../contract/status';
import { type LoggedError, loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import { decodeEventKey } from '../shared/upload-event';
import { formatMeasurement, type Measurement } from './emf';
import { type FreshnessContext, freshness } from './freshness';
import { jobMeasurements } from './job-metrics';

/** Everything the handler touches, handed in. */
export interface MetricsDependencies extends FreshnessContext {
  /** Writes one line of the function's log as it is. */
  print(line: string): void;
  logger: Pick<EventLogger, 'warn'>;
  now(): number;
}

/**
 * Makes metrics of what is there anyway: of each final status when S3 tells that it was written, whoever wrote it, and,
 * on a schedule, of how old image and last success are.
 *
 * Throws when AWS does not answer: Lambda tries an asynchronous invocation twice more.
 */
export function createMetricsHandler(deps: MetricsDependencies) {
  return async (event: S3Event | Record<string, unknown>): Promise<void> => {
    const measurements = isS3Event(event) ? await ofJobs(deps, event) : await freshness(deps, deps.now());
    for (const measurement of measurements) deps.print(formatMeasurement(measurement, deps.now()));
  };
}

async function ofJobs(deps: MetricsDependencies, event: S3Event): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { s3 } of event.Records) {
    const Key = decodeEventKey(s3.object.key);
    if (jobIdOfStatusKey(Key) === undefined) continue;
    const { text, error } = await read(deps, s3.bucket.name, Key, s3.object.versionId);
    const status = parseStatus(text);
    if (status) measurements.push(...jobMeasurements(deps.stackName, status));
    else deps.logger.warn('status.skipped', { key: Key, error, why: error ? undefined : 'it is no status' });
  }
  return measurements;
}

/** The very version the event is about: by now a newer run may have written the next. */
async function read(
  { s3 }: MetricsDependencies,
  Bucket: string,
  Key: string,
  VersionId?: string,
): Promise<{ text: string; error?: LoggedError }> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId: VersionId || undefined }));
    return { text: (await object.Body?.transformToString()) ?? '' };
  } catch (error) {
    // Mostly it was removed since: of a version that is gone S3 says NoSuchVersion or, without s3:ListBucketVersions,
    // 403.
    if (['NoSuchKey', 'NoSuchVersion', 'AccessDenied'].includes((error as Error).name)) {
      return { text: '', error: loggedError(error) };
    }
    throw error;
  }
}

function isS3Event(event: S3Event | Record<string, unknown>): event is S3Event {
  return Array.isArray(event.Records);
}
