import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import path from 'node:path';
import type { Judged } from './judge';
import type { Point } from './points';

const DOCUMENT = path.join(__dirname, '../../docs/reliability.md');
const BEGIN = '<!-- written by npm run test:kills -->';
const END = '<!-- end of what npm run test:kills wrote -->';

/** A point, and what became of the job. */
export interface Killed extends Judged {
  point: Point;
  /** Whether the runner came by that point: its threads do not take the same way each time. */
  reached: boolean;
}

export interface Sweep {
  killed: Killed[];
  /** Points that there are. */
  points: number;
  /** System calls of the runner in a job that nobody disturbs. */
  calls: number;
}

/** Markdown: a line for each system call. */
export function table({ killed }: Sweep): string {
  const reached = killed.filter((one) => one.reached);
  const endings = [...new Set(reached.map(({ ending }) => ending))].sort();
  const header = ['killed as it enters', 'times', ...endings, 'started again', 'not as promised'];
  const calls = [...new Set(reached.map(({ point }) => point.call))].sort();
  const rows = [...calls, 'all'].map((call) => {
    const these = reached.filter(({ point }) => call === 'all' || point.call === call);
    const of = (ending: string) => these.filter((one) => one.ending === ending).length;
    const again = these.filter(({ attempt }) => attempt > 1).length;
    const broken = these.filter(({ holes }) => holes.length > 0).length;
    return [call, these.length, ...endings.map(of), again, broken];
  });
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts a sweep into docs/reliability.md, in the place of the last. */
export function writeDocument(sweep: Sweep): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/reliability.md has no place for the table: ${BEGIN} ... ${END}`);
  const { killed, points, calls } = sweep;
  const reached = killed.filter((one) => one.reached);
  const kept = reached.filter(({ holes }) => holes.length === 0).length;
  const date = new Date().toISOString().slice(0, 10);
  const summary = `${date}, Linux ${release()}: ${calls} system calls between the first request and the power-off in ${points} points, of which ${killed.length} were tried and ${reached.length} reached: ${kept} of these as promised.`;
  writeFileSync(DOCUMENT, `${text.slice(0, begin + BEGIN.length)}\n${summary}\n\n${table(sweep)}\n${text.slice(end)}`);
}
