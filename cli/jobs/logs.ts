import { outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import type { Globals } from '../shared/globals';
import { interruptible } from '../shared/interrupt';
import { printLine } from '../shared/print';
import { printable } from '../shared/printable';
import { countOption, spanOption } from '../shared/spans';
import { type FoundJob, findJob } from './find-job';
import { followLog } from './follow-log';
import { GrowingLog } from './growing-log';
import { goesOn } from './job-line';
import { findJobSystem, type JobSystem } from './job-system';
import type { LogFilter } from './log-lines';
import { LogDocument, lineWriter } from './log-output';
import { statusOf } from './show';

export interface LogsOptions extends Globals {
  follow?: boolean;
  app?: boolean;
  /** True for the usual number. */
  tail?: string | true;
  since?: string;
  timestamps?: boolean;
}

/** How many lines `--tail` without a number means. */
const TAIL_LINES = 20;

/** `logs`: a job's log, whatever its state. Returns the exit status. */
export async function logs(id: string | undefined, options: LogsOptions): Promise<number> {
  const tail = tailOption(options.tail);
  const span = options.since === undefined ? undefined : spanOption('--since', options.since);
  const system = await findJobSystem(options);
  const job = await findJob(system, id);
  const status = statusOf(system, job);
  const keys = outputKeys(job.jobId);
  const key = options.app ? keys.appLog : keys.ec2Log;
  const filter = { since: span === undefined ? undefined : Date.now() - span, timestamps: options.timestamps };
  if (options.follow) return interruptible((signal) => follow({ system, job, key, filter, tail, options, signal }));
  const log = new GrowingLog(system, key, { filter, tail });
  const document = options.json ? new LogDocument(job.jobId) : undefined;
  const write = document?.write ?? lineWriter(false);
  const isThere = await log.writeNew(write);
  await log.end(write);
  await document?.end();
  if (!options.quiet) {
    tellState(status, isThere, options);
    if (log.leftOut > 0) process.stderr.write(`${untimed(log.leftOut)}\n`);
  }
  return EXIT.done;
}

function tailOption(tail: string | true | undefined): number | undefined {
  if (tail === true) return TAIL_LINES;
  return tail === undefined ? undefined : countOption('--tail', tail, 0);
}

/** Why there is no log, or that it is not that of the run which is under way. */
function tellState({ state, message }: Status, isThere: boolean, { app }: LogsOptions): void {
  const isEarlier = isThere && state === 'WAITING';
  if (isEarlier)
    process.stderr.write(`that was the log of an earlier run: the job is WAITING: ${printable(message)}\n`);
  if (!isThere) process.stderr.write(`${noLog(app, state, message)}\n`);
}

interface Following {
  system: JobSystem;
  job: FoundJob;
  key: string;
  filter: LogFilter;
  tail: number | undefined;
  options: LogsOptions;
  signal: AbortSignal;
}

/** Ends with the job: 0 for one that succeeded, 1 for one that did not. */
async function follow({ system, job, key, filter, tail, options, signal }: Following): Promise<number> {
  const { jobId, earlier } = job;
  let said = '';
  try {
    const status = await followLog(system, jobId, {
      run: { earlier },
      key,
      filter,
      tail,
      write: lineWriter(options.json),
      signal,
      onStatus: ({ state, message }) => {
        if (state === 'WAITING' && message !== said && !options.quiet)
          process.stderr.write(`waiting: ${printable(message)}\n`);
        said = message;
      },
    });
    if (options.json) printLine(status);
    if (!options.quiet) process.stderr.write(`${jobId} ${status.state}: ${printable(status.message)}\n`);
    return status.state === 'SUCCEEDED' ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UserError(`interrupted: ${goesOn(system, jobId)}`, EXIT.interrupted);
  }
}

const untimed = (count: number) =>
  `left out: ${count} ${count === 1 ? 'line' : 'lines'} without a time, which may be newer than --since; without that all lines come`;

function noLog(app: boolean | undefined, state: string, message: string): string {
  if (app) return 'there is no app log: the app wrote none, or none yet; without --app comes what it printed';
  return `there is no log yet: the job is ${state}: ${printable(message)}`;
}
