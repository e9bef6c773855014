import { createHash } from 'node:crypto';
import { QUEUE_RETENTION_SECONDS } from './duration';
import { REASONS, type Reason } from './reasons';
import { isFinal, STATES, type State, type Status } from './status';

// S3 lists by name and not by time, so that finding the newest of many jobs would mean reading all of them. Beside the
// records lie empty objects whose keys say it all: those of jobs that have ended sort with the newest first, those of
// jobs that are under way lie apart. One listing of each makes a list of jobs; the status object stays the truth.

/** Below it lie the empty objects of the index; outside of what a notification of the bucket is about. */
export const INDEX_PREFIX = 'app_runner/index/';
export const ENDED_PREFIX = `${INDEX_PREFIX}ended/`;
export const OPEN_PREFIX = `${INDEX_PREFIX}open/`;

/** What the index knows of a job run. Times are ISO 8601 in UTC; null is what is not known. */
export interface IndexedJob {
  /** Cut at its end where a key would be too long: then it is the unique beginning that commands take as well. */
  job_id: string;
  state: State;
  reason: Reason | null;
  attempt: number;
  submitted: string;
  started: string | null;
  ended: string | null;
  cost_estimate_usd: number | null;
  git_commit: string | null;
  template_version: string | null;
}

/** Later than any time in milliseconds since 1970 of 13 digits: the difference to it sorts the newest first. */
const LAST_MS = 9_999_999_999_999;
/** S3's limit on a key, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
const NONE = '-';

/** What the index says of a status. */
export function indexedJobOf(status: Status): IndexedJob {
  const { job_id, state, reason = null, attempt, started = null, ended = null } = status;
  return {
    job_id,
    state,
    reason,
    attempt,
    submitted: status.submitted ?? started ?? ended ?? status.updated ?? new Date(0).toISOString(),
    started,
    ended: ended ?? (isFinal(state) ? (status.updated ?? null) : null),
    cost_estimate_usd: status.cost_estimate_usd ?? null,
    git_commit: status.git_commit ?? null,
    template_version: status.template_version ?? null,
  };
}

/** The key of a job's entry: `{place}{facts}/{job id}`. */
export function indexKey(job: IndexedJob): string {
  const facts = [
    job.state,
    job.reason,
    job.attempt,
    ms(job.submitted),
    ms(job.started),
    ms(job.ended),
    job.cost_estimate_usd === null ? null : Math.round(job.cost_estimate_usd * 1e6),
    job.git_commit && /^[0-9a-f]{7,64}$/.test(job.git_commit) ? job.git_commit : null,
    job.template_version && /^[0-9]{1,9}$/.test(job.template_version) ? job.template_version : null,
  ];
  return cut(`${placeOf(job)}${facts.map((fact) => fact ?? NONE).join(',')}/${job.job_id}`);
}

/** Where the entries of a run lie: those of one that has ended by its time, those of one under way by its job id. */
export function placeOf({ state, submitted, job_id }: IndexedJob): string {
  if (isFinal(state)) return `${endedBefore(ms(submitted) ?? 0)}/`;
  return openPlace(job_id);
}

/** Where a job's entry lies while the job is under way. */
export function openPlace(jobId: string): string {
  return `${OPEN_PREFIX}${createHash('sha256').update(jobId).digest('hex').slice(0, 16)}/`;
}

/** What the keys of ended jobs begin with that were submitted at this time, in milliseconds since 1970. */
export function endedBefore(time: number): string {
  return `${ENDED_PREFIX}${String(LAST_MS - time).padStart(13, '0')}`;
}

/** The job of an entry, or undefined when the key is none. */
export function indexedJob(key: string): IndexedJob | undefined {
  const match = /^app_runner\/index\/(?:ended|open)\/[0-9a-f]+\/(?<facts>[^/]+)\/(?<job_id>.+)/s.exec(key);
  if (!match) return undefined;
  const { facts, job_id } = match.groups as { facts: string; job_id: string };
  const [state, reason, attempt, submitted, started, ended, cost, commit, version] = facts.split(',');
  if (!isOneOf(STATES, state) || !(reason === NONE || isOneOf(REASONS, reason))) return undefined;
  const times = [submitted, started, ended].map(time);
  if (!times[0] || version === undefined) return undefined;
  return {
    job_id,
    state,
    reason: reason === NONE ? null : (reason as Reason),
    attempt: Number(attempt),
    submitted: times[0],
    started: times[1] ?? null,
    ended: times[2] ?? null,
    cost_estimate_usd: cost === NONE ? null : Number(cost) / 1e6,
    git_commit: commit === NONE ? null : (commit as string),
    template_version: version === NONE ? null : version,
  };
}

/** Whether the entry is one of this job's: an id that is cut in a key of the greatest length is told by its beginning. */
export function isEntryOf(key: string, jobId: string): boolean {
  const entry = indexedJob(key);
  if (!entry) return false;
  return entry.job_id === jobId || (Buffer.byteLength(key) > MAX_KEY_BYTES - 4 && jobId.startsWith(entry.job_id));
}

/**
 * Whether an open entry is of an upload whose record is still to come: `submit` notes a job before it uploads, and the
 * status follows when an instance has begun, or the launcher has something to say. Such an entry is later than what the
 * status tells of, and no older than a message in the queue can be.
 *
 * @param job what the status says that is there, of an earlier upload
 * @param now in milliseconds since 1970
 */
export function isAwaited(key: string, job: IndexedJob | undefined, now: number): boolean {
  const entry = indexedJob(key);
  if (entry?.state !== 'WAITING') return false;
  const submitted = Date.parse(entry.submitted);
  if (now - submitted > QUEUE_RETENTION_SECONDS * 1000) return false;
  return !job || submitted > Date.parse(job.ended ?? job.submitted);
}

function isOneOf<Word extends string>(words: readonly Word[], word: string | undefined): word is Word {
  return (words as readonly (string | undefined)[]).includes(word);
}

/** Whole milliseconds of 13 digits at most: a writer with a wrong clock must not break the order of all. */
function ms(iso: string | null): number | null {
  const parsed = Date.parse(String(iso));
  return Number.isFinite(parsed) ? Math.min(Math.max(0, parsed), LAST_MS) : null;
}

function time(text: string | undefined): string | null {
  return text && /^[0-9]{1,13}$/.test(text) ? new Date(Number(text)).toISOString() : null;
}

function cut(key: string): string {
  const bytes = Buffer.from(key);
  if (bytes.length <= MAX_KEY_BYTES) return key;
  // A character that is cut in two decodes as a replacement character.
  return bytes
    .subarray(0, MAX_KEY_BYTES)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}
