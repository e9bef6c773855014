import { hasControlCharacter } from './control-characters';

/** Where inputs are uploaded. The S3 notification filters on this prefix and on {@link INPUT_SUFFIX}. */
export const INPUT_PREFIX = 'app_runner/input/';
/** Where everything a job leaves behind goes. Outside the input prefix, so that an output never starts a job. */
export const OUTPUT_PREFIX = 'app_runner/output/';
/** Where the lists lie that the setting `app_packages` names: which versions the packages of a job are to have. */
export const PACKAGES_PREFIX = 'app_runner/packages/';
/** Where the guard's tombstones lie: outside the prefixes of inputs and outputs, so that they start nothing. */
export const TOMBSTONES_PREFIX = 'app_runner/guard/';
/** Held by whoever launches while `max_running` is set. */
export const LAUNCH_LOCK_KEY = 'app_runner/launch.lock';
/** Only keys with this ending are inputs; case counts, as it does in the notification filter. */
export const INPUT_SUFFIX = '.zip';

/** The name of the metadata of an output and of logs that says which instance wrote them. */
export const WRITER_METADATA = 'instance-id';

/** How the key of every status ends. */
export const STATUS_SUFFIX = '_status.json';

/** S3's limit on a key, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
const TEMPLATE_SEGMENT = /^template=([^/]*)\//;

/** The four keys a job writes. No suffix is the end of another, so two job ids can never share a key. */
export interface OutputKeys {
  output: string;
  ec2Log: string;
  appLog: string;
  status: string;
}

/** A key that names a job. `templateVersion` is set when the key asks for another launch template version. */
export interface JobKey {
  jobId: string;
  templateVersion?: string;
}

/**
 * A key that names no job that could run.
 *
 * `foreign`: not an input at all, so nobody waits for a record. `refused`: somebody meant it as an input; when `jobId`
 * is set, a record can and must be written for it. `message` says what is wrong and what to do.
 */
export interface KeyRefusal {
  kind: 'foreign' | 'refused';
  message: string;
  jobId?: string;
}

export type ParsedKey = { ok: true; job: JobKey } | { ok: false; refusal: KeyRefusal };

/**
 * Reads a decoded input key. The job id keeps its slashes, so `a/x.zip` and `b/x.zip` are two jobs.
 *
 * `input/template=7/may.zip` is job `may` on launch template version 7 instead of the default version.
 */
export function parseInputKey(key: string): ParsedKey {
  if (!key.startsWith(INPUT_PREFIX)) return foreign(`the key is not under ${INPUT_PREFIX}`);
  if (!key.endsWith(INPUT_SUFFIX)) return foreign(`the key does not end in ${INPUT_SUFFIX}`);
  const rest = key.slice(INPUT_PREFIX.length, -INPUT_SUFFIX.length);
  const segment = TEMPLATE_SEGMENT.exec(rest);
  const jobId = segment ? rest.slice(segment[0].length) : rest;
  const problem = jobIdProblem(jobId);
  if (problem) return refused(problem, canHoldRecord(jobId) ? jobId : undefined);
  if (!segment) return { ok: true, job: { jobId } };
  const version = segment[1] as string;
  if (!/^[1-9][0-9]{0,8}$/.test(version)) {
    return refused(
      `template=${version} does not name a launch template version: use a number, as in ${INPUT_PREFIX}template=7/${jobId}.zip`,
      jobId,
    );
  }
  return { ok: true, job: { jobId, templateVersion: version } };
}

/** The input key of a job: the inverse of {@link parseInputKey}. */
export function inputKey(jobId: string, templateVersion?: string): string {
  const segment = templateVersion === undefined ? '' : `template=${templateVersion}/`;
  return `${INPUT_PREFIX}${segment}${jobId}${INPUT_SUFFIX}`;
}

/** The keys of everything a job leaves behind. */
export function outputKeys(jobId: string): OutputKeys {
  const base = OUTPUT_PREFIX + jobId;
  return {
    output: `${base}.zip`,
    ec2Log: `${base}_ec2.log`,
    appLog: `${base}_app.log`,
    status: `${base}${STATUS_SUFFIX}`,
  };
}

/** The job id of a status key, or undefined when the key is none: how a listing of the output prefix finds jobs. */
export function jobIdOfStatusKey(key: string): string | undefined {
  if (!key.startsWith(OUTPUT_PREFIX) || !key.endsWith(STATUS_SUFFIX)) return undefined;
  return key.slice(OUTPUT_PREFIX.length, -STATUS_SUFFIX.length) || undefined;
}

/**
 * Why a job id cannot be used, as a sentence, or undefined when it can. The CLI asks before it uploads.
 *
 * Control characters and dot segments are legal in S3, but shells, logs and URL parsers each change them in their own
 * way, so that a record could end up beside its job.
 */
export function jobIdProblem(jobId: string): string | undefined {
  if (jobId === '' || jobId.endsWith('/'))
    return 'the file name before .zip is empty: give the input a name, as in may.zip';
  if (/^template=[^/]*\//.test(jobId)) return 'the job id starts with a template= segment: use that segment once only';
  if (hasControlCharacter(jobId)) return 'the key holds a control character: rename the input without it';
  if (jobId.split('/').some((part) => part === '.' || part === '..')) {
    return 'the key holds a "." or ".." folder, which tools rewrite on the way: rename the input without it';
  }
  if (!canHoldRecord(jobId))
    return `the key is too long for its outputs: shorten it to ${maxJobIdBytes()} bytes after the prefix`;
  return undefined;
}

function canHoldRecord(jobId: string): boolean {
  return jobId !== '' && !jobId.endsWith('/') && Buffer.byteLength(jobId) <= maxJobIdBytes();
}

function maxJobIdBytes(): number {
  return MAX_KEY_BYTES - Buffer.byteLength(outputKeys('').status);
}

function foreign(message: string): ParsedKey {
  return { ok: false, refusal: { kind: 'foreign', message } };
}

function refused(message: string, jobId?: string): ParsedKey {
  return {
    ok: false,
    refusal: jobId === undefined ? { kind: 'refused', message } : { kind: 'refused', message, jobId },
  };
}
