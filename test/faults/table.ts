import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import path from 'node:path';
import type { Seen } from './judge';

const DOCUMENT = path.join(__dirname, '../../docs/verification.md');
const BEGIN = '<!-- written by npm run test:faults -->';
const END = '<!-- end of what npm run test:faults wrote -->';

/** A row that was played. */
export interface Played extends Seen {
  name: string;
}

const HEADER = ['fault', 'record', 'files', 'ended after', 'runs', 'as promised'];

export function cells({ name, record, files, endedAfter, runs, holes }: Played): string[] {
  const after = endedAfter.map((seconds) => `${seconds.toFixed(0)} s`).join(', ');
  return [name, record, files, after, String(runs), holes.length === 0 ? 'yes' : `**no**: ${holes.join('; ')}`];
}

const line = (texts: string[]) =>
  `| ${texts.map((text) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;

/** Markdown. */
export function table(played: Played[]): string {
  return [line(HEADER), line(HEADER.map(() => '---')), ...played.map((one) => line(cells(one)))].join('\n');
}

/** Puts the table of a whole run into docs/verification.md, with its date, in the place of the last. */
export function writeDocument(played: Played[]): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/verification.md has no place for the table: ${BEGIN} ... ${END}`);
  const kept = played.filter(({ holes }) => holes.length === 0).length;
  const date = new Date().toISOString().slice(0, 10);
  const summary = `${date}, Linux ${release()}: ${kept} of ${played.length} as promised.`;
  writeFileSync(DOCUMENT, `${text.slice(0, begin + BEGIN.length)}\n${summary}\n\n${table(played)}\n${text.slice(end)}`);
}
