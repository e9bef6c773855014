import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import path from 'node:path';
import { measureFunctions } from './functions';
import { median, type Timed } from './measure';
import { measureTools } from './tools';

const PAGE = path.join(__dirname, '../docs/performance.md');
const BEGIN = '<!-- Written by `npm run bench:functions`. -->';
const END = '<!-- The end of what is written. -->';

// Measures the functions and tools and writes the tables of docs/performance.md: `npm run bench:functions [ROUNDS]`.

async function main(rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('usage: npm run bench:functions [ROUNDS]');
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-bench-'));
  try {
    const tables = await measured(dir, rounds);
    const page = readFileSync(PAGE, 'utf8');
    const [before, rest] = page.split(BEGIN);
    const after = rest?.split(END)[1];
    if (after === undefined) throw new Error(`${PAGE} has no place for the tables: ${BEGIN}, then ${END}`);
    writeFileSync(PAGE, `${before}${BEGIN}\n\n${tables}\n\n${END}${after}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measured(dir: string, rounds: number): Promise<string> {
  const { empty, functions } = await measureFunctions(path.join(dir, 'functions'), rounds);
  const tools = await measureTools(dir, rounds);
  const [{ model = '' } = {}] = cpus();
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${model.trim()}, Linux ${release().split('-')[0]}, Node.js ${process.version}`;
  return [
    `${machine}; medians of ${rounds} rounds in turn, with the least and the most.`,
    '',
    '| a cold start | bundle | CPU until the first byte of its first request | to an empty Node.js |',
    '|---|---|---|---|',
    row(empty, empty, ['`node -e 0`', '']),
    ...functions.map(({ name, bytes, timed }) => row(timed, empty, [name, `${Math.round(bytes / 1000)} KB`])),
    '',
    '| a tool | CPU | to an empty Node.js |',
    '|---|---|---|',
    ...tools.map((timed) => row(timed, tools[0] as Timed, [timed.name])),
  ].join('\n');
}

function row({ times }: Timed, empty: Timed, cells: string[]): string {
  const middle = median(times);
  const [least, most] = [Math.min(...times), Math.max(...times)].map((ms) => ms.toFixed(0));
  const ratio = (middle / median(empty.times)).toFixed(1);
  return `| ${[...cells, `${middle.toFixed(0)} ms (${least} to ${most})`, `x ${ratio}`].join(' | ')} |`;
}

main(Number(process.argv[2] ?? 7)).catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
