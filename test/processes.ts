import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// What the processes of this machine show, those of other test files and of people among them. Whoever looks for a
// secret there must look for one that nobody else has.

/** A process as /proc shows it: what has ended, or is another user's, shows nothing. */
export interface ShownProcess {
  pid: number;
  /** Its arguments, which everybody may read. */
  words: string[];
  /** `NAME=value`, one after the other. */
  environment: string;
  /** Its current directory. */
  folder: string;
}

/** All that there are now. */
export const processes = (): ShownProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      words: read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).split('\0'),
      environment: read(() => readFileSync(`/proc/${pid}/environ`, 'utf8')).replaceAll('\0', ' '),
      folder: read(() => readlinkSync(`/proc/${pid}/cwd`)),
    }));

/** Those of others that show a text: a secret, or a folder that they know of or work below. */
export function processesThatShow(text: string): ShownProcess[] {
  return processes().filter(
    ({ pid, words, environment, folder }) =>
      pid !== process.pid && [...words, environment, folder].join(' ').includes(text),
  );
}

/** Whether a process runs: one that has ended and that nobody has waited for yet does not. */
export const isAlive = (pid: number): boolean =>
  /^State:\s+[^Z\s]/m.test(read(() => readFileSync(`/proc/${pid}/status`, 'utf8')));

/** What is to be said of one that should not be there. */
export const named = ({ pid, words }: ShownProcess): string => `${pid} ${words.join(' ')}`;

function read(file: () => string): string {
  try {
    return file();
  } catch {
    return '';
  }
}

/** A word that stands in nobody's command line or environment but by a fault of what is tested. */
export const newSecret = (): string => `secret-${randomUUID()}`;

/** The same word for a program of Python whose own text shall not hold it. */
export const inPython = (word: string): string => `'${[...word].reverse().join('')}'[::-1]`;
