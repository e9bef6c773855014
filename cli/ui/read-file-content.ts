import type { IndexedJob } from '../../contract/job-index';
import { UserError } from '../../contract/user-error';
import { firstOf, listJobs } from '../jobs/job-list';
import type { JobSystem } from '../jobs/job-system';
import { listedJob } from '../jobs/listed-job';
import type { FileContent } from './file-page';
import { readEnded } from './read-ended';
import { type JobDetails, readJob } from './read-job';
import { readTemplate } from './read-template';

const MOST_LISTED = 1000;
/** Details are of those under way, the newest that have ended, and the newest that failed: so many of each. */
const MOST_DETAILS = 20;
const LOG_LINES = 15;
/** Jobs that are read at once. */
const AT_ONCE = 8;

/** All that a page in a file tells. Throws the SDK's error. */
export async function readFileContent(system: JobSystem): Promise<FileContent> {
  const [{ open }, ended, template] = await Promise.all([
    listJobs(system, { limit: 0 }),
    readEnded(system),
    readTemplate(system),
  ]);
  const now = Date.now();
  // The plots are of every run, the tables of the newest run of each job.
  const newest = firstOf(ended.jobs, ({ job_id }) => job_id, new Set(open.map(({ job_id }) => job_id)));
  const failed = newest.filter(({ state }) => state === 'FAILED');
  const ids = [open, newest, failed].flatMap((jobs) => jobs.slice(0, MOST_DETAILS).map(({ job_id }) => job_id));
  const listed = (jobs: IndexedJob[]) => jobs.map((job) => listedJob(job, now));
  return {
    label: system.label,
    open: listed(open),
    listed: listed(newest.slice(0, MOST_LISTED)),
    ended,
    details: await readAll(system, [...new Set(ids)]),
    ...template,
    now,
  };
}

/** The details of jobs, without those that are gone. */
async function readAll(system: JobSystem, ids: string[]): Promise<JobDetails[]> {
  const found: JobDetails[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => readOrNone(system, id)));
    found.push(...some.flatMap((one) => one ?? []));
  }
  return found;
}

async function readOrNone(system: JobSystem, id: string): Promise<JobDetails | undefined> {
  try {
    return await readJob(system, id, LOG_LINES);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
