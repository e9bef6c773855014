import * as z from 'zod/mini';
import type { JobRun } from '../../contract/job-line';
import { isSequencer } from '../../contract/order';
import { MAX_ATTEMPT } from '../../contract/status';
import { parseJson } from './parse-json';

/**
 * The part of an S3 event record that matters here (event message structure 2.x). `lambdaEc2` is this project's own
 * addition, in records that the guard puts back into the queue: which try at the upload this is.
 */
const recordSchema = z.looseObject({
  eventName: z.string(),
  eventTime: z.optional(z.unknown()),
  s3: z.looseObject({
    bucket: z.looseObject({ name: z.string().check(z.minLength(1)) }),
    object: z.looseObject({
      key: z.string().check(z.minLength(1)),
      versionId: z.optional(z.nullable(z.string())),
      sequencer: z.optional(z.nullable(z.string())),
    }),
  }),
  lambdaEc2: z.optional(z.object({ attempt: z.number().check(z.int(), z.minimum(1), z.maximum(MAX_ATTEMPT)) })),
});
const testSchema = z.looseObject({ Event: z.literal('s3:TestEvent') });
const bodySchema = z.looseObject({ Records: z.array(z.unknown()) });

/** What one queue message holds. `ignoredRecords` are records that are no uploads, each as a sentence for the log. */
export type Delivery =
  | { kind: 'test' }
  | { kind: 'uploads'; uploads: JobRun[]; ignoredRecords: string[] }
  | { kind: 'malformed'; message: string };

/**
 * Reads the body of a queue message: every record of it, not only the first.
 *
 * S3 sends `s3:TestEvent` without records when a queue is connected. A body that cannot be read names no job; it is
 * malformed for good, so that retrying it would help nobody.
 */
export function parseDelivery(body: string): Delivery {
  const parsed = parseJson(body);
  if (parsed === undefined) return { kind: 'malformed', message: 'the message is not JSON' };
  if (testSchema.safeParse(parsed).success) return { kind: 'test' };
  const event = bodySchema.safeParse(parsed);
  if (!event.success) return { kind: 'malformed', message: 'the message is no S3 event: it has no Records' };

  const uploads: JobRun[] = [];
  const ignoredRecords: string[] = [];
  for (const record of event.data.Records) {
    const upload = parseRecord(record);
    if (typeof upload === 'string') ignoredRecords.push(upload);
    else uploads.push(upload);
  }
  return { kind: 'uploads', uploads, ignoredRecords };
}

/** The body of a queue message for one run, as S3 would have sent it: how an interrupted job is started again. */
export function formatDelivery(job: JobRun): string {
  const object = {
    key: encodeEventKey(job.key),
    versionId: job.versionId || undefined,
    sequencer: job.sequencer || undefined,
  };
  const record = {
    eventVersion: '2.4',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    eventTime: job.submitted,
    s3: { s3SchemaVersion: '1.0', bucket: { name: job.bucket }, object },
    lambdaEc2: job.attempt > 1 ? { attempt: job.attempt } : undefined,
  };
  return JSON.stringify({ Records: [record] });
}

/** Keys in S3 events are form-URL-encoded: a space is `+`, a plus sign `%2B`. Throws a URIError on broken encoding. */
export function decodeEventKey(encoded: string): string {
  return decodeURIComponent(encoded.replace(/\+/g, ' '));
}

/** The inverse of {@link decodeEventKey}, as S3 writes it (slashes stay). */
export function encodeEventKey(key: string): string {
  return encodeURIComponent(key).replace(/%20/g, '+').replace(/%2F/g, '/');
}

function parseRecord(raw: unknown): JobRun | string {
  const record = recordSchema.safeParse(raw);
  if (!record.success) {
    const issue = record.error.issues[0];
    return `a record is no S3 event record (${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'unreadable'})`;
  }
  const { eventName, eventTime, s3, lambdaEc2 } = record.data;
  if (!eventName.startsWith('ObjectCreated:')) return `${eventName} is no upload`;
  let key: string;
  try {
    key = decodeEventKey(s3.object.key);
  } catch {
    return `the key ${JSON.stringify(s3.object.key)} is not URL-encoded text`;
  }
  const { versionId, sequencer } = s3.object;
  return {
    bucket: s3.bucket.name,
    key,
    // "null" is the version of every upload made while versioning is suspended, so it identifies none of them.
    versionId: versionId === 'null' ? '' : (versionId ?? ''),
    // One of a record written by hand that cannot be S3's orders nothing.
    sequencer: sequencer && isSequencer(sequencer) ? sequencer : '',
    attempt: lambdaEc2?.attempt ?? 1,
    submitted: time(eventTime),
  };
}

/** A time in ISO 8601; undefined for anything else, as in a record written by hand. */
function time(text: unknown): string | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
