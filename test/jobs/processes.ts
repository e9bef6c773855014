import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

// What the processes of this machine show, those of other test files and of people among them. Whoever looks for a
// secret there must look for one that nobody else has.

/** A word that stands in nobody's command line or environment but by a fault of what is tested. */
export const newSecret = (): string => `secret-${randomUUID()}`;

/** The same word for a program of Python whose own text shall not hold it. */
export const inPython = (word: string): string => `'${[...word].reverse().join('')}'[::-1]`;

/** What every process shows: its arguments, which everybody may read, and its environment. */
export function shownByProcesses(files: ('cmdline' | 'environ')[] = ['cmdline', 'environ']): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      files.flatMap((file) => {
        try {
          return [`${file}: ${readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ')}`];
        } catch {
          return [];
        }
      }),
    );
}
