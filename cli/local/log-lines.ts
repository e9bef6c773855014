import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { warningIn } from '../../local/instance/runner-warning';

/** So much of a line is shown, and so many lines of a log's end. */
const LINE_LENGTH = 500;
const LAST_LINES = 15;

/** So much of a log is read: the runner warns before the app begins, which may print without end. */
const HEAD_BYTES = 1 << 20;
const MAX_WARNINGS = 20;

/** What the runner warns of in a job's log, each once. */
export function warningsIn(file: string | undefined): string[] {
  if (file === undefined) return [];
  const lines = read(file, () => 0, HEAD_BYTES);
  const warnings = lines.flatMap((line) => warningIn(line) ?? []).map((line) => printable(line));
  return [...new Set(warnings)].slice(0, MAX_WARNINGS);
}

/** The end of a log of any size. */
export function lastLines(file: string): string {
  const bytes = LAST_LINES * LINE_LENGTH * 4;
  const lines = read(file, (size) => Math.max(0, size - bytes), bytes);
  return lines
    .slice(-LAST_LINES)
    .map((line) => printable(line))
    .join('\n');
}

/** What an app said, as one line without what would steer the terminal. */
export function printable(line: string, most = LINE_LENGTH): string {
  return stripVTControlCharacters(line)
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, most);
}

function read(file: string, from: (size: number) => number, bytes: number): string[] {
  const log = openSync(file, 'r');
  const part = Buffer.alloc(bytes);
  const length = readSync(log, part, 0, bytes, from(fstatSync(log).size));
  closeSync(log);
  return part.toString('utf8', 0, length).trimEnd().split('\n');
}
