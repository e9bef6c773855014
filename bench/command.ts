import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseStatus, type Status } from '../contract/status';
import { compare } from './measure';

const ROOT = path.join(__dirname, '..');
const COMMAND = [process.execPath, path.join(ROOT, 'bin/lambda-ec2.js')];
/** A command that a person waits for takes at most three times the first. */
export const STARTS = [
  ['node -e 0', [process.execPath, '-e', '0']],
  ['lambda-ec2 --help', [...COMMAND, '--help']],
  ['lambda-ec2 --version', [...COMMAND, '--version']],
  ['lambda-ec2 completion bash', [...COMMAND, 'completion', 'bash']],
  ['one press of Tab', [...COMMAND, 'complete', 'bash', 'lambda-ec2 se']],
] as const;
const run = promisify(execFile);

/** What the command itself takes: to start, beside an empty Node.js, and for a whole local job, beside that job. */
export async function benchCommand(dir: string, rounds: number): Promise<void> {
  mkdirSync(dir);
  for (const kind of ['elapsed', 'cpu'] as const) {
    const ways = STARTS.map(([name, words]) => ({ name, run: async () => (await timesOf(words))[kind] }));
    await compare(`the start of the command, ${kind === 'cpu' ? 'CPU' : 'elapsed'} time`, ways, rounds);
  }
  await benchLocalRun(dir, rounds);
}

/** Milliseconds of CPU that a program takes. */
export async function cpuOfProgram(words: readonly string[]): Promise<number> {
  return (await timesOf(words)).cpu;
}

/** Milliseconds that a program takes, by bash's own clock. */
async function timesOf(words: readonly string[]): Promise<{ elapsed: number; cpu: number }> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null';
  const { stderr } = await run('bash', ['-c', script, 'bash', ...words]);
  const [elapsed = 0, user = 0, system = 0] = stderr
    .trim()
    .split(' ')
    .map((seconds) => Number(seconds) * 1000);
  return { elapsed, cpu: user + system };
}

async function benchLocalRun(dir: string, rounds: number): Promise<void> {
  const input = path.join(dir, 'sales.zip');
  await run('python3', ['-m', 'zipfile', '-c', input, path.join(ROOT, 'example/input/sales.csv')]);
  const job = ['--app', 'example', '--settings', 'example/settings.yaml', '--input', input];
  const [program = '', ...args] = [...COMMAND, 'local', 'run', ...job, '--out', path.join(dir, 'out'), '--json'];
  let beyond = 0;
  const phases = async () => {
    const began = performance.now();
    const { stdout } = await run(program, args, { cwd: ROOT });
    const ms = phasesOf(parseStatus(stdout));
    beyond = performance.now() - began - ms;
    return ms;
  };
  const ways = [
    { name: 'the phases of the job', run: phases },
    { name: 'the command beyond them', run: () => beyond },
    { name: 'node -e 0', run: async () => (await timesOf(STARTS[0][1])).elapsed },
  ];
  await compare('local run of the example', ways, rounds);
}

/**
 * Milliseconds of the phases that follow on each other. `input` runs beside others, and `boot` is told in whole seconds:
 * it counts as the command's.
 */
function phasesOf(status: Status | undefined): number {
  const counted = (status?.phases ?? []).filter(({ name }) => name !== 'input' && name !== 'boot');
  return 1000 * counted.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
}
