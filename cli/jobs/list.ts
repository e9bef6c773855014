import { REASONS, type Reason } from '../../contract/reasons';
import { STATES, type State } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import type { ListedJob } from '../json/list';
import { commandLine } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { rememberJobs } from '../shared/known-jobs';
import { print } from '../shared/print';
import { countOption, spanOption } from '../shared/spans';
import { outputWidth } from '../shared/table';
import { formatJobs } from './format-jobs';
import { type JobQuery, listJobs } from './job-list';
import { findJobSystem, type JobSystem } from './job-system';
import { listMissing } from './list-missing';
import { listedJob } from './listed-job';
import { watchList } from './watch-list';

export interface ListOptions extends Globals {
  limit?: string;
  all?: boolean;
  status?: string;
  failed?: boolean;
  since?: string;
  watch?: boolean;
  missing?: boolean;
}

/** How many jobs that have ended are listed when nothing says how many. */
const DEFAULT_LIMIT = 10;

/** `list`: the jobs under way and the last ones that have ended. Returns the exit status. */
export async function list(options: ListOptions): Promise<number> {
  const query = queryOf(options, Date.now());
  if (options.missing) return listMissing(options);
  const system = await findJobSystem(options);
  if (options.watch) return watchList(() => jobsOf(system, query), options);
  const jobs = await jobsOf(system, query);
  if (options.json) print({ jobs });
  else if (jobs.length > 0) print(formatJobs(jobs, Date.now(), outputWidth()));
  else if (!options.quiet) process.stderr.write(nothing(system, options));
  return EXIT.done;
}

/** What the options ask for. Throws a UserError for one that cannot be. */
export function queryOf(
  { limit, all: every, status, failed, since, watch, missing }: ListOptions,
  now: number,
): JobQuery {
  const narrows = [limit, every, status, failed, since, watch].some((option) => option !== undefined);
  if (missing && narrows) {
    throw new UserError('--missing lists every input without a record: leave the other options of list out');
  }
  const span = since === undefined ? undefined : spanOption('--since', since);
  const all = span === undefined && !every ? DEFAULT_LIMIT : Number.POSITIVE_INFINITY;
  return {
    limit: limit === undefined ? all : countOption('--limit', limit, 0),
    since: span === undefined ? undefined : new Date(now - span),
    status: status === undefined ? undefined : stateOption(status),
    failed,
    everyRun: every,
  };
}

function stateOption(text: string): State | Reason {
  const known = [...STATES, ...REASONS];
  const found = known.find((word) => word === text.toUpperCase());
  if (!found) throw new UserError(`--status ${text}: give one of ${known.join(', ')}`);
  return found;
}

async function jobsOf(system: JobSystem, query: JobQuery): Promise<ListedJob[]> {
  const { open, ended } = await listJobs(system, query);
  const now = Date.now();
  const jobs = [...open, ...ended].map((job) => listedJob(job, now));
  rememberJobs(
    system,
    jobs.map(({ job_id }) => job_id),
  );
  return jobs;
}

function nothing(system: JobSystem, { status, failed, since }: ListOptions): string {
  const isNarrow = status !== undefined || failed || since !== undefined;
  if (isNarrow) return 'no job is like that\n';
  const [submit, doctor] = [commandLine(system, 'submit', 'FILE.zip'), commandLine(system, 'doctor')];
  return `no jobs: ${submit} starts one; if there are some, ${doctor} looks why they are not listed\n`;
}
