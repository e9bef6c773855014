import type { Status } from '../../contract/status';
import { EXIT } from '../../contract/user-error';
import { commandLine, type Named } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { outputWidth } from '../shared/table';
import { describeJob } from './describe-job';
import { type FoundJob, findJob } from './find-job';
import { findJobSystem } from './job-system';

/** `show`: all of one job, the newest by default. Returns the exit status, which is about the look, not the job. */
export async function show(id: string | undefined, options: Globals): Promise<number> {
  const system = await findJobSystem(options);
  const status = statusOf(system, await findJob(system, id));
  if (options.json) {
    print(status);
    return EXIT.done;
  }
  print(await describeJob(system, status, outputWidth()));
  return EXIT.done;
}

/** The status of a job; of one without a record what is known of it, in the same form. */
export function statusOf(system: Named, { jobId, status, submitted, isUnreadable }: FoundJob): Status {
  if (status) return status;
  const message = isUnreadable
    ? 'the status of the job cannot be read: its instance puts it right at its end'
    : `it has no record yet: its instance has not begun, or its upload was never seen (${commandLine(system, 'list', '--missing')})`;
  return { job_id: jobId, state: 'WAITING', reason: null, message, attempt: 1, submitted: submitted ?? null };
}
