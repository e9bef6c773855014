import { stripVTControlCharacters } from 'node:util';

/** So many characters of a line are shown. */
export const LINE_LENGTH = 500;

/** What an app said, as one line without what would steer the terminal. */
export function printable(line: string, most = LINE_LENGTH): string {
  return stripVTControlCharacters(line)
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, most);
}
