import { once } from 'node:events';
import type { JobProgress } from '../shared/job-progress';
import { printLine } from '../shared/print';
import { printable } from '../shared/printable';
import type { WriteLines } from './growing-log';

/** Lines to standard output: on a terminal without what would steer it, with `json` as an object each. */
export function lineWriter(json: boolean | undefined): WriteLines {
  const isTerminal = process.stdout.isTTY;
  const shown = (line: string) => {
    if (json) return JSON.stringify({ line });
    return isTerminal ? printable(line, Number.POSITIVE_INFINITY) : line;
  };
  return async (lines) => {
    if (lines.length > 0) await write(`${lines.map(shown).join('\n')}\n`);
  };
}

/** Lines of a job that is waited for: among its phases on standard error, with `json` as an object each on standard output. */
export function followedLines(progress: Pick<JobProgress, 'line'>, json: boolean | undefined): WriteLines {
  const write = (line: string) => {
    if (json) printLine({ line });
    else progress.line(process.stderr.isTTY ? printable(line) : line);
  };
  return async (lines) => lines.forEach(write);
}

/** A log as one JSON document on standard output, written as its lines come: a log may be larger than memory. */
export class LogDocument {
  /** What belongs before the next line. Nothing is written before the log is there: an error is a document too. */
  private before: string;

  constructor(jobId: string) {
    this.before = `{"job_id": ${JSON.stringify(jobId)}, "lines": [\n`;
  }

  readonly write: WriteLines = async (lines) => {
    if (lines.length === 0) return;
    await write(this.before + lines.map((line) => JSON.stringify(line)).join(',\n'));
    this.before = ',\n';
  };

  end(): Promise<void> {
    return write(this.before === ',\n' ? '\n]}\n' : `${this.before}]}\n`);
  }
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
