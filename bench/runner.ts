import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startGitServer } from '../test/jobs/git-server';
import { compare, median } from './measure';
import { type OneInstance, oneInstance } from './one-instance';

/** The last commit whose runner was a set of shell scripts: what the Python one is measured beside. */
const SHELL_RUNNER = 'd2773a0';
const ROOT = path.join(__dirname, '..');
/** An app that says its first line and leaves an output. */
const MAIN =
  "import zipfile\nprint('first line', flush=True)\nwith zipfile.ZipFile('output.zip', 'w') as out:\n    out.writestr('a', 'b')\n";
const FLOOR = 'git and the app alone';

interface Counts {
  /** Processes, programs and connections before the app's first line. */
  processes: number;
  programs: number;
  /** Connections of the runner itself, by the service. */
  connections: Record<string, number>;
}

/**
 * A warm job, everything baked, through the runner of this tree and the shell runner of before: what each starts before
 * the app's first line, and the CPU seconds of the whole job beside those of the git and the app in it.
 */
export async function benchRunner(dir: string, rounds: number): Promise<void> {
  if (spawnSync('strace', ['-V']).status !== 0) {
    process.stdout.write(
      "the runner: left out, because counting its processes needs strace (Debian's package strace)\n\n",
    );
    return;
  }
  const app = layOutApp(dir);
  const git = await startGitServer(dir);
  const url = `${git.url}/${path.basename(app)}/.git`;
  const ours = await oneInstance(path.join(dir, 'python'), path.join(ROOT, 'runner-script/rootfs'), url);
  const runners = new Map([['Python runner', ours]]);
  try {
    const shell = shellRunner(dir);
    if (shell) runners.set('shell runner', await oneInstance(path.join(dir, 'shell'), shell, url));
    else process.stdout.write(`the shell runner: left out, because this clone has no commit ${SHELL_RUNNER}\n`);
    // The first job makes the environment, as the bake does.
    for (const instance of runners.values()) await instance.runJob();
    for (const [name, instance] of runners) report(name, await count(instance, dir));
    await compareCpu(runners, ours, url, dir, rounds);
    const whole = [...runners].map(([name, instance]) => ({ name, run: async () => void (await instance.runJob()) }));
    await compare('a warm job, from the first process to the last', whole, rounds);
  } finally {
    for (const instance of runners.values()) await instance.close();
    await git.close();
  }
}

/** Makes the repository of an app without requirements. */
export function layOutApp(dir: string, main = MAIN): string {
  const app = path.join(dir, 'app');
  mkdirSync(app, { recursive: true });
  writeFileSync(path.join(app, 'main.py'), main);
  writeFileSync(path.join(app, 'requirements.txt'), '# none\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', app, '-c', 'user.name=b', '-c', 'user.email=b@example.com', ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'app');
  return app;
}

function shellRunner(dir: string): string | undefined {
  const tar = path.join(dir, 'shell.tar');
  const made = spawnSync('git', ['-C', ROOT, 'archive', '--output', tar, SHELL_RUNNER, 'runner-script/rootfs']);
  if (made.status !== 0) return undefined;
  const folder = path.join(dir, 'shell-rootfs');
  mkdirSync(folder);
  execFileSync('tar', ['--extract', '--file', tar, '--directory', folder]);
  return path.join(folder, 'runner-script/rootfs');
}

async function count(instance: OneInstance, dir: string): Promise<Counts> {
  const folder = path.join(dir, 'trace');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const trace = path.join(folder, 'calls');
  const strace = [
    'strace',
    '--follow-forks',
    '-qq',
    '--trace=process,connect',
    '--string-limit=256',
    `--output=${trace}`,
  ];
  await instance.runJob(strace);
  const lines = readFileSync(trace, 'utf8').split('\n');
  const first = lines.findIndex((line) => /execve\(.*"main\.py"/.test(line));
  if (first < 0) throw new Error(`the app did not begin: ${instance.log().slice(-2000)}`);
  const before = lines.slice(0, first);
  const connections = Object.entries(instance.ports).map(([name, port]) => {
    const calls = before.filter((line) => line.includes('connect(') && line.includes(`htons(${port})`));
    return [name, calls.length] as const;
  });
  return {
    // A thread is no process.
    processes: before.filter((line) => /\b(clone3?|v?fork)\(/.test(line) && !line.includes('CLONE_THREAD')).length,
    programs: before.filter((line) => line.includes('execve(') && / = 0$/.test(line)).length,
    connections: Object.fromEntries(connections),
  };
}

function report(name: string, { processes, programs, connections }: Counts): void {
  const services = Object.entries(connections).map(([service, number]) => `${number} to ${service}`);
  process.stdout.write(
    `${name}, a warm job before the app's first line: ${processes} processes, ${programs} programs, connections: ${services.join(', ')}\n`,
  );
}

/** CPU seconds of whole jobs, and of the git and the app in them, which no runner can spare. */
async function compareCpu(
  runners: ReadonlyMap<string, OneInstance>,
  ours: OneInstance,
  url: string,
  dir: string,
  rounds: number,
): Promise<void> {
  const work = path.join(dir, 'floor');
  const floor = floorOf(work, url, ours.python);
  const times = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    rmSync(work, { recursive: true, force: true });
    keep(times, FLOOR, round, await ours.cpuOf(['bash', '-c', floor]));
    for (const [name, instance] of runners) keep(times, name, round, await instance.runJob());
  }
  const medians = new Map([...times].map(([name, seconds]) => [name, median(seconds) * 1000]));
  const least = medians.get(FLOOR) ?? Number.NaN;
  const first = (medians.get([...runners.keys()][0] ?? '') ?? Number.NaN) - least;
  process.stdout.write(`a warm job, CPU time (median of ${rounds})\n`);
  for (const [name, ms] of medians) {
    const own =
      name === FLOOR ? '' : `, of it its own ${(ms - least).toFixed(0)} ms x ${((ms - least) / first).toFixed(1)}`;
    process.stdout.write(`  ${name.padEnd(22)} ${ms.toFixed(0).padStart(6)} ms${own}\n`);
  }
  process.stdout.write('\n');
}

/** The least that fetches an app and runs it, as a line of shell. */
export function floorOf(work: string, url: string, python: string): string {
  return `git init --quiet '${work}' && git -C '${work}' fetch --quiet --no-tags --depth 1 '${url}' HEAD &&
    git -C '${work}' checkout --quiet --detach FETCH_HEAD && cd '${work}' && exec '${python}' main.py`;
}

function keep(times: Map<string, number[]>, name: string, round: number, seconds: number): void {
  const known = times.get(name) ?? [];
  if (round > 0) known.push(seconds);
  times.set(name, known);
}
