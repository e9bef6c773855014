import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import path from 'node:path';
import { measureFunctions } from './functions';
import { median, type Timed } from './measure';
import { table, writeBlocks } from './performance-page';
import { measureTools } from './tools';

// Measures the functions and tools and writes the tables of docs/performance.md: `npm run bench:functions [ROUNDS]`.

async function main(rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('usage: npm run bench:functions [ROUNDS]');
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-bench-'));
  try {
    writeBlocks({ functions: await measured(dir, rounds) });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measured(dir: string, rounds: number): Promise<string> {
  const { empty, functions } = await measureFunctions(path.join(dir, 'functions'), rounds);
  const tools = await measureTools(dir, rounds);
  const [{ model = '' } = {}] = cpus();
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${model.trim()}, Linux ${release().split('-')[0]}, Node.js ${process.version}`;
  const starts = [
    row(empty, empty, ['`node -e 0`', '']),
    ...functions.map(({ name, bytes, timed }) => row(timed, empty, [name, `${Math.round(bytes / 1000)} KB`])),
  ];
  return [
    `${machine}; medians of ${rounds} rounds in turn, with the least and the most.`,
    table(['a cold start', 'bundle', 'CPU until the first byte of its first request', 'to an empty Node.js'], starts),
    table(
      ['a tool', 'CPU', 'to an empty Node.js'],
      tools.map((timed) => row(timed, tools[0] as Timed, [timed.name])),
    ),
  ].join('\n\n');
}

function row({ times }: Timed, empty: Timed, cells: string[]): string[] {
  const middle = median(times);
  const [least, most] = [Math.min(...times), Math.max(...times)].map((ms) => ms.toFixed(0));
  const ratio = (middle / median(empty.times)).toFixed(1);
  return [...cells, `${middle.toFixed(0)} ms (${least} to ${most})`, `x ${ratio}`];
}

main(Number(process.argv[2] ?? 7)).catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
