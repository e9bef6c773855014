import { readFileSync } from 'node:fs';
import path from 'node:path';
import { page, tableOf } from './pages';

const performance = page('docs/performance.md');
const COUNTS = path.join(__dirname, '../../bench/startup/recorded-counts.json');

test('the page says what recorded-counts.json holds, and the goals for it are kept', () => {
  const { mebibytes, mebibytesOfBoot, processes } = JSON.parse(readFileSync(COUNTS, 'utf8'));
  const rows = tableOf(performance, 'before the first line');
  const counted = rows.filter(([what]) => /disk|processes/.test(what ?? ''));
  expect(counted.map(([, , found]) => found)).toEqual([
    `${Math.round(mebibytes - mebibytesOfBoot)} MiB`,
    String(processes),
  ]);
  expect(counted.map((cells) => cells[3])).toEqual(['met', 'met']);
});

test('every part that a command writes is there', () => {
  const empty = [...performance.matchAll(/<!-- (\S+): begin -->\n(\s*)<!-- \1: end -->/g)].map(([, name]) => name);
  expect(empty).toEqual([]);
});
