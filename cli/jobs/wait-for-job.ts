import type { Status } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import { mendable } from '../shared/failure';
import type { Globals } from '../shared/globals';
import { JobProgress } from '../shared/job-progress';
import { print, printLine } from '../shared/print';
import { printable } from '../shared/printable';
import { spanOption, timeoutOption } from '../shared/spans';
import { describeJob } from './describe-job';
import { followLog } from './follow-log';
import { goesOn, jobLine } from './job-line';
import type { JobSystem } from './job-system';
import { followedLines } from './log-output';
import { type SavedFiles, saveOutputs } from './save-outputs';
import type { StartedJob } from './start-job';

export interface WaitOptions extends Globals {
  wait?: boolean;
  follow?: boolean;
  detach?: boolean;
  out?: string;
  timeout?: string;
}

/** Where what a job left goes, unless it is said. */
export const DEFAULT_OUT = 'out';

/** Refuses options that do not go together. Throws a UserError. */
export function checkWaitOptions({ wait, follow, detach, out, timeout }: WaitOptions): void {
  const stays = wait || follow;
  if (detach && stays) throw new UserError('--detach and --wait or --follow do not go together: leave one out');
  if (!stays && out !== undefined) throw new UserError('--out is for --wait or --follow: add one of them');
  if (!stays && timeout !== undefined) throw new UserError('--timeout is for --wait or --follow: add one of them');
  if (timeout !== undefined) spanOption('--timeout', timeout);
}

/**
 * Stays until a started job has ended, shows what it waits for and its phases, and downloads what it left. Returns the
 * exit status of its outcome.
 *
 * @throws UserError when interrupted (130) or out of time (8): the job goes on; what else went wrong with how to come back
 */
export async function waitForJob(
  system: JobSystem,
  job: StartedJob,
  options: WaitOptions,
  interrupt: AbortSignal,
): Promise<number> {
  const timeout = options.timeout === undefined ? undefined : timeoutOption('--timeout', options.timeout);
  const signal = AbortSignal.any([interrupt, ...(timeout ? [timeout] : [])]);
  const progress = new JobProgress(process.stderr, options.quiet);
  let status: Status | undefined;
  try {
    status = await finalStatus(system, job, options, progress, signal);
    const { quiet, out = DEFAULT_OUT } = options;
    const files = await saveOutputs(system, job.jobId, out, { signal: interrupt, quiet });
    progress.done();
    if (options.json) (options.follow ? printLine : print)(status);
    if (!quiet) await tell(system, status, files);
    else if (status.state === 'FAILED') process.stderr.write(`${failedLine(status)}\n`);
    return status.state === 'SUCCEEDED' ? EXIT.done : EXIT.failed;
  } catch (error) {
    const hint = status ? hasEnded(system, job.jobId) : goesOn(system, job.jobId);
    if (interrupt.aborted) throw new UserError(`interrupted: ${hint}`, EXIT.interrupted);
    if (!status && timeout?.aborted) throw new UserError(`--timeout ${options.timeout} is over: ${hint}`, EXIT.running);
    const known = mendable(error);
    if (known instanceof UserError && known.exitCode === EXIT.failed) throw known;
    throw known instanceof UserError ? new UserError(`${known.message}; ${hint}`, known.exitCode) : known;
  } finally {
    progress.done();
  }
}

/** Why a job failed is an error, and no talk. */
const failedLine = ({ job_id, reason, message }: Status) => `${job_id} FAILED: ${reason}: ${printable(message)}`;

const hasEnded = (system: JobSystem, jobId: string) =>
  `the job ${jobId} has ended; ${jobLine(system, 'download', jobId)} gets what it left`;

function finalStatus(
  system: JobSystem,
  { jobId, inputVersion, earlier }: StartedJob,
  { follow, json }: WaitOptions,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<Status> {
  return followLog(system, jobId, {
    run: { inputVersion, earlier },
    write: follow ? followedLines(progress, json) : undefined,
    onStatus: (status) => progress.update(status),
    signal,
  });
}

/** How it ended, on standard error: standard output has the id alone. */
async function tell(system: JobSystem, status: Status, files: SavedFiles): Promise<void> {
  process.stderr.write(`\n${await describeJob(system, status, process.stderr.columns)}\n`);
  for (const file of Object.values(files)) process.stderr.write(`${file}\n`);
}
