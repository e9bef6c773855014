import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** The text of a page of this repository. */
export const page = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The paths of all pages that people read, each in the repository's root or in one of its folders. */
export const PAGES = readdirSync(ROOT, { withFileTypes: true })
  .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(path.join(ROOT, entry.name)).map((name) => `${entry.name}/${name}`)
      : [entry.name],
  )
  .filter((name) => name.endsWith('.md'));

/** The rows of the table whose head begins with these words, as cells. */
export function tableOf(text: string, head: string): string[][] {
  const lines = text.slice(text.indexOf(`\n| ${head} |`) + 1).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  const rows = lines.slice(2, end).map((line) => line.slice(2, -2).split(' | '));
  if (rows.length === 0) throw new Error(`there is no table | ${head} |`);
  return rows;
}
