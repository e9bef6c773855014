import type { IndexedJob } from '../../contract/job-index';
import type { ListedJob } from '../json/list';

/** A job of the index as it is listed; one that runs has lasted until `now`, in milliseconds. */
export function listedJob(job: IndexedJob, now: number): ListedJob {
  const until = job.ended === null ? now : Date.parse(job.ended);
  const duration_seconds = job.started === null ? null : Math.max(0, (until - Date.parse(job.started)) / 1000);
  return { ...job, duration_seconds };
}
