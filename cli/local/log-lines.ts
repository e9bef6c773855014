import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { warningIn } from '../../local/instance/runner-warning';
import { LINE_LENGTH, printable } from '../shared/printable';

/** So many lines of a log's end are shown. */
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

function read(file: string, from: (size: number) => number, bytes: number): string[] {
  const log = openSync(file, 'r');
  const part = Buffer.alloc(bytes);
  const length = readSync(log, part, 0, bytes, from(fstatSync(log).size));
  closeSync(log);
  return part.toString('utf8', 0, length).trimEnd().split('\n');
}
