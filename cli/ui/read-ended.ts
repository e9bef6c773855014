import type { IndexedJob } from '../../contract/job-index';
import { endedJobs } from '../jobs/job-list';
import type { JobSystem } from '../jobs/job-system';

/** Each 1,000 cost a request. */
const MOST = 10_000;
const DAY = 24 * 3600 * 1000;
/** Older jobs would leave the newer ones no room in a plot. */
export const YEARS = 5;

/** Jobs that have ended, the newest first. */
export interface EndedJobs {
  jobs: IndexedJob[];
  /** Whether there are no more of these years. */
  isAll: boolean;
}

/** The newest jobs that have ended. Throws the SDK's error. */
export async function readEnded(system: JobSystem, most = MOST): Promise<EndedJobs> {
  const now = Date.now();
  const since = new Date(now - YEARS * 365 * DAY);
  // A job of the future was written by an instance whose clock is wrong.
  const last = new Date(now + DAY).toISOString();
  const jobs: IndexedJob[] = [];
  for await (const page of endedJobs(system, { limit: Number.POSITIVE_INFINITY, since })) {
    jobs.push(...page.filter(({ submitted }) => submitted <= last));
    if (jobs.length > most) break;
  }
  return { jobs: jobs.slice(0, most), isAll: jobs.length <= most };
}
