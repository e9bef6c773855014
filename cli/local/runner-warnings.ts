import { closeSync, openSync, readSync } from 'node:fs';
import { warningIn } from '../../local/instance/runner-warning';
import { printable } from './printable';

/** So much of a log is read: the runner warns before the app begins, which may print without end. */
const HEAD_BYTES = 1 << 20;
const MAX_WARNINGS = 20;

/** What the runner warns of in a job's log, each once. */
export function warningsIn(file: string | undefined): string[] {
  if (file === undefined) return [];
  const log = openSync(file, 'r');
  const head = Buffer.alloc(HEAD_BYTES);
  const size = readSync(log, head, 0, head.length, 0);
  closeSync(log);
  const lines = head.toString('utf8', 0, size).split('\n');
  const warnings = lines.flatMap((line) => warningIn(line) ?? []).map(printable);
  return [...new Set(warnings)].slice(0, MAX_WARNINGS);
}
