import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import pc from 'picocolors';
import { REASON_FAULTS, type Status } from '../../contract/status';
import { printable } from './printable';

const LOG_LINES = 15;
const LINE_LENGTH = 500;

/** The files of a finished job on this machine; absent ones are undefined. */
export interface JobFiles {
  output?: string;
  ec2Log?: string;
  appLog?: string;
  status?: string;
}

/** What a person wants to know at the end: how long each phase took, where the files are, and on failure what to do. */
export function formatReport(status: Status, files: JobFiles): string {
  const lines = ['', ...phaseTable(status), ''];
  for (const [label, file] of [
    ['output', files.output],
    ['log', files.ec2Log],
    ['app log', files.appLog],
    ['status', files.status],
  ]) {
    lines.push(`${(label ?? '').padEnd(8)} ${file ?? pc.dim('none')}`);
  }
  lines.push('', status.state === 'SUCCEEDED' ? pc.green(`job ${status.job_id} succeeded`) : failure(status, files));
  return `${lines.join('\n')}\n`;
}

function phaseTable({ phases }: Status): string[] {
  const rows = (phases ?? []).map(({ name, start, seconds }) => [name, start.slice(11, 19), (seconds ?? 0).toFixed(2)]);
  return [['phase', 'start', 'seconds'], ...rows].map(
    ([name = '', start = '', seconds = '']) => `${name.padEnd(12)} ${start.padEnd(9)} ${seconds.padStart(8)}`,
  );
}

function failure(status: Status, files: JobFiles): string {
  const reason = status.reason ?? 'LOST';
  const log = files.ec2Log ? lastLines(files.ec2Log) : '';
  return [
    pc.red(`job ${status.job_id} failed: ${reason} (${REASON_FAULTS[reason]})`),
    printable(status.message),
    ...(log ? ['', pc.dim(`the last lines of ${files.ec2Log}:`), log] : []),
  ].join('\n');
}

/** The end of a log of any size. */
function lastLines(file: string): string {
  const log = openSync(file, 'r');
  const { size } = fstatSync(log);
  const tail = Buffer.alloc(Math.min(size, LOG_LINES * LINE_LENGTH * 4));
  readSync(log, tail, 0, tail.length, size - tail.length);
  closeSync(log);
  return tail.toString('utf8').trimEnd().split('\n').slice(-LOG_LINES).map(printable).join('\n');
}
