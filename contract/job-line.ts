/**
 * What user data starts with. Fixed and harmless: cloud-init executes user data that begins with `#!` or `#include`,
 * so nothing a user controls may come first. It logs an unknown first line, of which this prefix is the part shown.
 */
export const JOB_LINE_PREFIX = 'lambda-ec2-job: s3://';

/** One try at one uploaded object: all that an instance is told about its job. */
export interface JobRun {
  bucket: string;
  key: string;
  /** The object version, empty when the bucket keeps none. */
  versionId: string;
  /** S3's sequencer of the upload, empty when unknown. */
  sequencer: string;
  /** From 1; an interruption makes a new attempt. */
  attempt: number;
  /** When S3 took the upload, in ISO 8601; known from its event alone, and no part of the job line. */
  submitted?: string;
}

/**
 * The user data of one run: a single line, no timestamp, the same bytes for the same run.
 *
 * A retry with one ClientToken must be byte-identical or EC2 answers `IdempotentParameterMismatch`.
 * Empty parameters and attempt 1 are left out. At most 3 KB (a key has 1024 bytes), far below EC2's 16 KB.
 */
export function formatJobLine(job: JobRun): string {
  const parameters = [
    ['versionId', job.versionId],
    ['sequencer', job.sequencer],
    ['attempt', job.attempt > 1 ? String(job.attempt) : ''],
  ].filter(([, value]) => value !== '');
  const query = parameters.map(([name, value]) => `${name}=${encode(value as string)}`).join('&');
  const path = job.key.split('/').map(encode).join('/');
  return `${JOB_LINE_PREFIX}${job.bucket}/${path}${query && `?${query}`}\n`;
}

/** What {@link formatJobLine} writes; the runner has the same once more (runner/job_line.py). */
const JOB_LINE = /^lambda-ec2-job: s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([A-Za-z0-9._~/%-]+)(?:\?(.*))?$/;
const PARAMETER = /^([a-zA-Z]+)=([A-Za-z0-9._~%-]*)$/;

/**
 * The run that user data describes, or undefined when it is not a job line (an Image Builder instance, say). Its first
 * line alone counts, by which the image tells a job's instance.
 */
export function parseJobLine(userData: string): JobRun | undefined {
  const match = JOB_LINE.exec(userData.split('\n', 1)[0] as string);
  if (!match) return undefined;
  const [, bucket, path, query = ''] = match as unknown as [line: string, bucket: string, path: string, query?: string];
  try {
    const pairs = query.split('&').filter(Boolean).map(parameter);
    const { attempt = '1', versionId = '', sequencer = '' } = Object.fromEntries(pairs);
    if (!/^[1-9][0-9]{0,3}$/.test(attempt)) return undefined;
    return { bucket, key: decodeURIComponent(path), versionId, sequencer, attempt: Number(attempt) };
  } catch {
    return undefined; // not written by formatJobLine
  }
}

function parameter(pair: string): [name: string, value: string] {
  const match = PARAMETER.exec(pair);
  if (!match) throw new URIError(pair);
  return [match[1] as string, decodeURIComponent(match[2] as string)];
}

/** RFC 3986: everything but unreserved characters; `encodeURIComponent` leaves five more as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
