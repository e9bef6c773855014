import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installTools } from '../../test/boot/shell';
import { type Counts, measureCounts } from './counts';
import { surroundings, TOOLS } from './surroundings';

/** The numbers that must not rise. */
const FILE = path.join(__dirname, 'recorded-counts.json');
/** By how much a number may be above the known one. */
const SLACK = 1.1;
const NAMES = ['mebibytes', 'mebibytesOfBoot', 'processes'] as const satisfies (keyof Counts)[];

/** As they were when somebody looked at them last. */
function knownCounts(): Counts {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

export function keepCounts(counts: Counts): void {
  const known = Object.fromEntries(NAMES.map((name) => [name, counts[name]]));
  writeFileSync(FILE, `${JSON.stringify(known, null, 2)}\n`);
}

/** A sentence for each number that is more than a tenth above the known one. */
export function risenCounts(counts: Counts, known: Counts = knownCounts()): string[] {
  return NAMES.filter((name) => counts[name] > known[name] * SLACK).map(
    (name) =>
      `${name} rose from ${known[name]} to ${counts[name].toFixed(1)}: a job starts later on a fresh volume; if that is meant, npm run bench:startup -- --write keeps the new number`,
  );
}

/**
 * Counts on an image of its own, in a folder that the caller removes. Returns what has risen.
 *
 * @param cache where what takes long to make is kept
 */
export async function checkCounts(dir: string, cache: string): Promise<string[]> {
  installTools(TOOLS);
  mkdirSync(dir);
  const around = await surroundings(dir, cache);
  try {
    return risenCounts(await measureCounts(around));
  } finally {
    await around.close();
  }
}
