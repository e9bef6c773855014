import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '../../contract/user-error';
import type { ListedJob } from '../json/list';
import type { Globals } from '../shared/globals';
import { interruptible } from '../shared/interrupt';
import { print, printLine } from '../shared/print';
import { outputWidth } from '../shared/table';
import { formatJobs } from './format-jobs';

/** Between two looks; each costs two requests. */
const POLL_MS = 2000;
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

/**
 * Shows the list again whenever it has changed, until interrupted: on a terminal in place of the one before, else below
 * it; with `--json` each job that has changed as one line. Returns the exit status of that.
 */
export function watchList(look: () => Promise<ListedJob[]>, { json }: Pick<Globals, 'json'>): Promise<number> {
  const seen = new Map<string, string>();
  return interruptible(async (signal) => {
    while (!signal.aborted) {
      const jobs = await look();
      const changed = jobs.filter((job) => hasChanged(job, seen));
      if (json) for (const job of changed) printLine(job);
      else if (changed.length > 0 || canClear()) show(jobs);
      await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    return EXIT.interrupted;
  });
}

function hasChanged(job: ListedJob, seen: Map<string, string>): boolean {
  const { duration_seconds, ...facts } = job;
  const id = `${job.job_id} ${job.submitted}`;
  const said = JSON.stringify(facts);
  if (seen.get(id) === said) return false;
  seen.set(id, said);
  return true;
}

const canClear = () => process.stdout.isTTY && process.env.TERM !== 'dumb';

function show(jobs: readonly ListedJob[]): void {
  const text = jobs.length > 0 ? formatJobs(jobs, Date.now(), outputWidth()) : 'no jobs\n';
  print(canClear() ? `${CLEAR_SCREEN}${text}` : `${text}\n`);
}
