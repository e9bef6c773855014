import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installTools, runAsCommand } from '../../test/boot/shell';
import { measureCounts } from './counts';
import { keepCounts, risenCounts } from './known-counts';
import { measureOverhead } from './overhead';
import { blocks, writeReport } from './report';
import { measureStarts } from './starts';
import { type Surroundings, surroundings, TOOLS } from './surroundings';
import { measureTransfers } from './transfers';

const CACHE = path.join(__dirname, '../../.lambda-ec2/boot');
/**
 * From a machine's start to an app's first line, on machines with a real systemd: `npm run bench:startup [-- OPTIONS]`.
 * `--rounds N` starts each way so many times, `--counts` only compares what is counted with recorded-counts.json, and
 * `--write` keeps the results there and in docs/performance.md. Exit status 1 when a count has risen.
 */
async function main(words: string[]): Promise<number> {
  const rounds = words.includes('--rounds') ? Number(words[words.indexOf('--rounds') + 1]) : 5;
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1 on');
  installTools(TOOLS);
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-startup-'));
  let around: Surroundings | undefined;
  const stop = () => void (around?.close() ?? Promise.resolve()).finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    around = await surroundings(dir, CACHE);
    return await measure(around, rounds, words);
  } finally {
    await around?.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(around: Surroundings, rounds: number, words: string[]): Promise<number> {
  const counts = await measureCounts(around);
  if (words.includes('--write')) keepCounts(counts);
  const risen = risenCounts(counts);
  if (words.includes('--counts')) process.stdout.write(`${JSON.stringify(counts, null, 2)}\n`);
  else {
    const starts = await measureStarts(around, rounds);
    const [overhead, transfers] = [
      await measureOverhead(around.dir, 3 * rounds),
      await measureTransfers(around.dir, rounds),
    ];
    const results = { counts, starts, overhead, transfers };
    process.stdout.write(`${Object.values(blocks(results)).join('\n\n')}\n`);
    if (words.includes('--write')) writeReport(results);
  }
  for (const sentence of risen) process.stderr.write(`✗ ${sentence}\n`);
  return risen.length > 0 ? 1 : 0;
}

runAsCommand(main);
