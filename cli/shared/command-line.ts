import { quoted } from './quoted';

/** A command line of this tool to copy into a shell. `options` are those that name the system. */
export function commandLine(options: readonly string[], ...words: string[]): string {
  return ['lambda-ec2', ...[...words, ...options].map(quoted)].join(' ');
}
