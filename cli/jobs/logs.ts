import { once } from 'node:events';
import { outputKeys } from '../../contract/keys';
import { EXIT, UserError } from '../../contract/user-error';
import { printable } from '../local/log-lines';
import type { Globals } from '../shared/globals';
import { onInterrupt } from '../shared/interrupt';
import { quoted } from '../shared/quoted';
import { countOption, spanOption } from '../shared/spans';
import { type FoundJob, findJob } from './find-job';
import { followLog } from './follow-log';
import { findJobSystem, type JobSystem } from './job-system';
import { type LogFilter, LogLines } from './log-lines';
import { readPart, readTail } from './read-log';
import { statusOf } from './show';

export interface LogsOptions extends Globals {
  follow?: boolean;
  app?: boolean;
  /** True for the usual number. */
  tail?: string | true;
  since?: string;
  timestamps?: boolean;
}

/** Of a log that is printed whole, so much is asked for at once. */
const PART_BYTES = 8 << 20;

/** How many lines `--tail` without a number means. */
const TAIL_LINES = 20;

/** `logs`: a job's log, whatever its state. Returns the exit status. */
export async function logs(id: string | undefined, options: LogsOptions): Promise<number> {
  const tail = tailOption(options.tail);
  const span = options.since === undefined ? undefined : spanOption('--since', options.since);
  const system = await findJobSystem(options);
  const job = await findJob(system, id);
  const status = statusOf(job);
  const keys = outputKeys(job.jobId);
  const key = options.app ? keys.appLog : keys.ec2Log;
  const filter = { since: span === undefined ? undefined : Date.now() - span, timestamps: options.timestamps };
  const writer = lineWriter(options.json);
  if (options.follow) {
    return follow({ system, job, key, filter, tail, writer, options });
  }
  const isThere =
    tail === undefined
      ? await printAll(system, key, filter, writer)
      : await printTail(system, key, filter, tail, writer);
  if (!isThere && !options.quiet) process.stderr.write(`${noLog(options.app, status.state, status.message)}\n`);
  return EXIT.done;
}

function tailOption(tail: string | true | undefined): number | undefined {
  if (tail === true) return TAIL_LINES;
  return tail === undefined ? undefined : countOption('--tail', tail, 0);
}

type LineWriter = (lines: readonly string[]) => Promise<void>;

async function printAll(system: JobSystem, key: string, filter: LogFilter, write: LineWriter): Promise<boolean> {
  const lines = new LogLines(filter);
  for (let at = 0; ; ) {
    const part = await readPart(system, key, at, PART_BYTES);
    if (!part) return false;
    await write(lines.add(part.bytes));
    at = part.end;
    if (part.bytes.length < PART_BYTES) break;
  }
  await write(lines.end());
  return true;
}

async function printTail(
  system: JobSystem,
  key: string,
  filter: LogFilter,
  count: number,
  write: LineWriter,
): Promise<boolean> {
  const tail = await readTail(system, key, count);
  if (!tail) return false;
  const lines = new LogLines(filter);
  await write(tail.flatMap((line) => lines.add(Buffer.from(`${line}\n`))));
  return true;
}

interface Following {
  system: JobSystem;
  job: FoundJob;
  key: string;
  filter: LogFilter;
  tail: number | undefined;
  writer: LineWriter;
  options: LogsOptions;
}

/** Ends with the job: 0 for one that succeeded, 1 for one that did not. */
async function follow({ system, job, key, filter, tail, writer, options }: Following): Promise<number> {
  const interrupt = onInterrupt();
  const { jobId, earlier } = job;
  let said = '';
  try {
    const status = await followLog(system, jobId, key, {
      run: { earlier },
      filter,
      tail,
      write: writer,
      signal: interrupt.signal,
      onStatus: ({ state, message }) => {
        if (state === 'WAITING' && message !== said && !options.quiet) process.stderr.write(`waiting: ${message}\n`);
        said = message;
      },
    });
    if (!options.quiet) process.stderr.write(`${jobId} ${status.state}: ${printable(status.message)}\n`);
    return status.state === 'SUCCEEDED' ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new UserError(
      `interrupted: the job goes on; lambda-ec2 logs ${quoted(jobId)} -f follows it`,
      EXIT.interrupted,
    );
  } finally {
    interrupt.release();
  }
}

/** Lines to standard output: on a terminal without what would steer it, with `json` as an object each. */
function lineWriter(json: boolean | undefined): LineWriter {
  const isTerminal = process.stdout.isTTY;
  return async (lines) => {
    if (lines.length === 0) return;
    const shown = lines.map((line) =>
      json ? JSON.stringify({ line }) : isTerminal ? printable(line, Number.POSITIVE_INFINITY) : line,
    );
    if (!process.stdout.write(`${shown.join('\n')}\n`)) await once(process.stdout, 'drain');
  };
}

function noLog(app: boolean | undefined, state: string, message: string): string {
  if (app) return 'there is no app log: the app wrote none, or none yet; without --app comes what it printed';
  return `there is no log yet: the job is ${state}: ${printable(message)}`;
}
