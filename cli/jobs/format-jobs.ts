import pc from 'picocolors';
import type { State } from '../../contract/status';
import type { ListedJob } from '../json/list';
import { printable } from '../shared/printable';
import { formatAge, formatSpan } from '../shared/spans';
import { formatTable } from '../shared/table';

const HEAD = ['ID', 'STATE', 'AGE', 'DURATION', 'REASON', 'COST', 'COMMIT'];
const PAINT: Record<State, (text: string) => string> = {
  WAITING: pc.yellow,
  RUNNING: pc.cyan,
  SUCCEEDED: pc.green,
  FAILED: pc.red,
};

/** Jobs as a table, in lines of at most `width` characters; colour is never the only sign. `now` in milliseconds. */
export function formatJobs(jobs: readonly ListedJob[], now: number, width?: number): string {
  const rows = jobs.map((job) => [
    printable(job.job_id, Number.POSITIVE_INFINITY),
    PAINT[job.state](job.state),
    formatAge(now - Date.parse(job.submitted)),
    job.duration_seconds === null ? '' : formatSpan(job.duration_seconds * 1000),
    job.reason ?? '',
    formatCost(job.cost_estimate_usd),
    job.git_commit?.slice(0, 7) ?? '',
  ]);
  return formatTable(HEAD, rows, width);
}

/** An estimate in US dollars; most jobs cost less than a cent. */
export function formatCost(usd: number | null | undefined): string {
  return usd == null ? '' : `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
