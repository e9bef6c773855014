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

/** The run that user data describes, or undefined when it is not a job line (an Image Builder instance, say). */
export function parseJobLine(userData: string): JobRun | undefined {
  const match = /^lambda-ec2-job: s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^\s?#]+)(?:\?([^\s#]*))?\n?$/.exec(
    userData,
  );
  if (!match) return undefined;
  try {
    const parameters = new Map(
      (match[3] ?? '')
        .split('&')
        .filter(Boolean)
        .map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))] as const;
        }),
    );
    const attempt = parameters.get('attempt') ?? '1';
    if (!/^[1-9][0-9]{0,3}$/.test(attempt)) return undefined;
    return {
      bucket: match[1] as string,
      key: decodeURIComponent(match[2] as string),
      versionId: parameters.get('versionId') ?? '',
      sequencer: parameters.get('sequencer') ?? '',
      attempt: Number(attempt),
    };
  } catch {
    return undefined; // a broken percent sequence: not written by formatJobLine
  }
}

/** RFC 3986: everything but unreserved characters; `encodeURIComponent` leaves five more as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
