import { listJobs } from '../jobs/job-list';
import type { JobSystem } from '../jobs/job-system';
import { queryOf } from '../jobs/list';
import { listedJob } from '../jobs/listed-job';
import type { ListedJob } from '../json/list';
import { countOption } from '../shared/spans';
import type { JobsPage } from './jobs-view';

const PAGE_JOBS = 50;

/** The jobs that an address asks for. Throws a UserError for one that cannot be, and the SDK's error. */
export async function readJobs(system: JobSystem, asked: URLSearchParams): Promise<JobsPage> {
  const status = asked.get('status') ?? '';
  const since = asked.get('since') ?? '';
  const page = countOption('page', asked.get('page') ?? '1');
  const failed = status === 'failed';
  const now = Date.now();
  const query = queryOf({ failed, status: failed || !status ? undefined : status, since: since || undefined }, now);
  const { open, ended } = await listJobs(system, { ...query, limit: page * PAGE_JOBS + 1 });
  const shown = ended.slice((page - 1) * PAGE_JOBS, page * PAGE_JOBS);
  const listed = (jobs: typeof open): ListedJob[] => jobs.map((job) => listedJob(job, now));
  return {
    filter: { status, since, page },
    open: page === 1 ? listed(open) : [],
    ended: listed(shown),
    hasMore: ended.length > page * PAGE_JOBS,
  };
}
