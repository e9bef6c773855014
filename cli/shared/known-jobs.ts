import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { machineFile } from '../../local/machine-file';

/** Which system the jobs are of: the machine of `local up`, or the stack of a name. */
export interface JobsOf {
  isLocal: boolean;
  name: string;
}

interface Known extends JobsOf {
  ids: string[];
}

const MOST_IDS = 50;
const MOST_SYSTEMS = 20;

/**
 * Keeps the ids of jobs that a command has just seen, the newest first, for the completion of the next one, which must
 * not ask AWS. Whatever goes wrong with the file is no matter of the command.
 */
export function rememberJobs({ isLocal, name }: JobsOf, ids: readonly string[], file = knownJobsFile()): void {
  const all = read(file);
  const before = all.find((known) => isSame(known, { isLocal, name }));
  const known = { isLocal, name, ids: [...new Set([...ids, ...(before?.ids ?? [])])].slice(0, MOST_IDS) };
  if (before && JSON.stringify(before) === JSON.stringify(known) && all[0] === before) return;
  const text = JSON.stringify([known, ...all.filter((other) => other !== before)].slice(0, MOST_SYSTEMS));
  const whole = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(whole, text, { mode: 0o600 });
    renameSync(whole, file);
  } catch {
    // Then the next Tab knows fewer jobs.
  }
}

/** The ids that are known of a system, the newest first; without a name, of the stack that was seen last. */
export function recallJobs({ isLocal, name }: Partial<JobsOf>, file = knownJobsFile()): string[] {
  const wanted = read(file).find((known) =>
    isLocal ? known.isLocal : !known.isLocal && (name === undefined || known.name === name),
  );
  return wanted?.ids ?? [];
}

/** Beside the file of the machine of `local up`. */
function knownJobsFile(): string {
  return path.join(path.dirname(machineFile()), 'known-jobs.json');
}

function isSame(one: JobsOf, other: JobsOf): boolean {
  return one.isLocal === other.isLocal && (one.isLocal || one.name === other.name);
}

function read(file: string): Known[] {
  try {
    const known: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(known) ? known.filter(({ ids }) => Array.isArray(ids)) : [];
  } catch {
    return [];
  }
}
