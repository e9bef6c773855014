import { stripVTControlCharacters } from 'node:util';

const LENGTH = 500;

/** What an app said, as one line without what would steer the terminal. */
export function printable(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, LENGTH);
}
