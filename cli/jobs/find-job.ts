import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { indexedJob, openPlace } from '../../contract/job-index';
import { INPUT_PREFIX, inputKey, jobIdOfStatusKey, OUTPUT_PREFIX, parseInputKey } from '../../contract/keys';
import { isFinal, type Status } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import { headObject } from '../../lambda/shared/head-object';
import { readStatus } from '../../lambda/shared/record';
import { commandLine } from '../shared/command-line';
import { newestJob } from './job-list';
import type { JobSystem } from './job-system';

/** A job that is there. Without a record it was uploaded a moment ago, or its upload came to nothing. */
export interface FoundJob {
  jobId: string;
  status?: Status;
  /** When the input was uploaded, in ISO 8601; of a job without a record. */
  submitted?: string;
  /** The status of an earlier upload, while the newest one has none. */
  earlier?: Status;
  /** What lies at the key of the status is none. */
  isUnreadable?: boolean;
}

/** The word for the job that was submitted last. */
export const NEWEST = '-';
/** So many are named when a beginning is that of several. */
const MOST_NAMED = 5;

/**
 * The job that a person means: by its whole id, by the beginning of one, or the newest.
 *
 * @throws UserError when there is none (5) or the beginning is that of several (2)
 */
export async function findJob(system: JobSystem, word: string = NEWEST): Promise<FoundJob> {
  if (word === NEWEST) return newest(system);
  // As a script has it whose variable is not set: any job begins with that.
  if (word === '') throw new UserError('the job id is empty: give its id, or - for the newest');
  const exact = await jobWithId(system, word);
  if (exact) return exact;
  const ids = await idsFrom(system, word);
  const [only, another] = ids;
  if (only === undefined) {
    throw new UserError(
      `there is no job ${word}: ${commandLine(system, 'list')} shows those that are there`,
      EXIT.missing,
    );
  }
  if (another !== undefined) {
    const more = ids.length > MOST_NAMED ? ', ...' : '';
    throw new UserError(
      `${word} is the beginning of several jobs, give more of it: ${ids.slice(0, MOST_NAMED).join(', ')}${more}`,
    );
  }
  return (await jobWithId(system, only)) ?? { jobId: only };
}

async function newest(system: JobSystem): Promise<FoundJob> {
  const job = await newestJob(system);
  if (!job) {
    const submit = commandLine(system, 'submit', 'FILE.zip');
    throw new UserError(`there are no jobs yet: ${submit} starts one`, EXIT.missing);
  }
  return findJob(system, job.job_id);
}

/** The job of that very id; undefined when there is none. */
export async function jobWithId(system: JobSystem, jobId: string): Promise<FoundJob | undefined> {
  if (jobId.endsWith('/')) return undefined;
  const [noted, stored] = await Promise.all([
    notedSubmission(system, jobId),
    readStatus(system.s3, system.bucket, jobId),
  ]);
  if (stored.kind === 'unreadable') return { jobId, isUnreadable: true };
  if (stored.kind === 'status') {
    const { status } = stored;
    return noted !== undefined && isOlder(status, noted)
      ? { jobId, submitted: noted, earlier: status }
      : { jobId, status };
  }
  const submitted = noted ?? (await headObject(system.s3, system.bucket, inputKey(jobId)))?.LastModified?.toISOString();
  return submitted === undefined ? undefined : { jobId, submitted };
}

/** Whether a final status is of an upload before the one that was noted at this time. */
function isOlder({ state, ended, updated }: Status, noted: string): boolean {
  const written = ended ?? updated;
  return isFinal(state) && written != null && Date.parse(written) < Date.parse(noted);
}

/** What `submit` has noted of an upload whose record is still to come. */
async function notedSubmission({ s3, bucket }: JobSystem, jobId: string): Promise<string | undefined> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: openPlace(jobId) }));
  // By the clock of S3, which the records follow: the one of whoever submitted may be wrong.
  const times = Contents.filter(({ Key = '' }) => indexedJob(Key)?.job_id === jobId).map(
    ({ LastModified }) => LastModified?.toISOString() ?? '',
  );
  return times.sort().at(-1);
}

/** Ids that begin with the word: of records, and of inputs that have none yet. One page of each is enough to choose. */
async function idsFrom({ s3, bucket }: JobSystem, word: string): Promise<string[]> {
  const keysBelow = async (prefix: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix + word }));
    return Contents.map(({ Key = '' }) => Key);
  };
  const [outputs, inputs] = await Promise.all([keysBelow(OUTPUT_PREFIX), keysBelow(INPUT_PREFIX)]);
  const ofInputs = inputs.flatMap((key) => {
    const parsed = parseInputKey(key);
    return parsed.ok ? parsed.job.jobId : [];
  });
  return [...new Set([...outputs.flatMap((key) => jobIdOfStatusKey(key) ?? []), ...ofInputs])].sort();
}
