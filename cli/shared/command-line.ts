import type { NamedBy } from './globals';
import { quoted } from './quoted';

/** What a command to copy needs of a system: the options that named it. */
export interface Named {
  options: readonly string[];
}

/** A command line of ours, to be copied into a shell: with the options that named the system, so that it is about it. */
export function commandLine({ options }: Named, ...words: string[]): string {
  return ['lambda-ec2', ...[...words, ...options].map(quoted)].join(' ');
}

/** The options that named a system, as words of a command line. */
export function optionsOf(globals: NamedBy): string[] {
  const named = (['stack', 'region', 'profile'] as const).flatMap((option) => {
    const value = globals[option];
    return value === undefined ? [] : [`--${option}`, value];
  });
  return globals.local ? ['--local', ...named] : named;
}
