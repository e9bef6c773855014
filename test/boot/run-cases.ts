import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkCounts } from '../../bench/startup/known-counts';
import { settingsTags } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import type { Status } from '../../contract/status';
import { type Bench, CASES, runJob } from './cases';
import { startCloud } from './cloud';
import { type Instance, machines, setEndpoint } from './instance';
import { bakeRoot, layOutApp, makeRoot, providePython } from './root';
import { installTools, runAsCommand, sh } from './shell';

const CACHE = path.join(__dirname, '../../.lambda-ec2/boot');
/** What it needs of this machine, as Debian's packages. */
const TOOLS = { 'systemd-nspawn': 'systemd-container', mmdebstrap: 'mmdebstrap', ip: 'iproute2', git: 'git' };
/** Machines that run at the same time. */
const AT_ONCE = 3;
const TIMED_RUNS = 3;

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * The truth test: Debian, baked by the image document of the AMI, boots with a real systemd and runs jobs to a real
 * power-off. Prints how long a job takes to its first line, whether each fault ends as promised, and whether a start costs
 * more than it did (bench/startup/recorded-counts.json). Exit status 1 when one does not. Words on the command line choose
 * the faults by a part of their names.
 */
async function main(words: string[]): Promise<number> {
  installTools(TOOLS);
  const work = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-boot-'));
  const cloud = await startCloud(path.join(work, 'cloud'));
  const stop = async () => {
    await Promise.all([...machines].map((machine) => machine.remove()));
    rmSync(work, { recursive: true, force: true });
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  try {
    const { baked, plain, tags } = await prepareImages(work);
    const bench: Bench = { root: baked, cloud, dir: work, tags };
    const timingsHold = await timings(bench, plain);
    const failed = await faults(bench, words);
    const risen = words.length === 0 ? await checkCounts(path.join(work, 'counts'), CACHE) : [];
    for (const sentence of risen) say(`✗ ${sentence}`);
    return failed > 0 || !timingsHold || risen.length > 0 ? 1 : 0;
  } finally {
    await cloud.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Two images of one Debian: `plain` has the runner and Python, `baked` the whole bake. */
async function prepareImages(work: string): Promise<{ baked: string; plain: string; tags: Record<string, string> }> {
  const [baked, plain] = [path.join(work, 'baked'), path.join(work, 'plain')];
  process.stderr.write('Debian\n');
  makeRoot(baked, CACHE);
  const settings = checkSettings({ app_url: layOutApp(baked), bake_requires_app: true });
  const python = await providePython(baked, settings.python_version, CACHE);
  sh('cp', ['-a', baked, plain]);
  process.stderr.write(`the bake, with Python ${python} of this machine\n`);
  await bakeRoot(baked, settings, work);
  process.stderr.write('the bake once more\n');
  await bakeRoot(baked, settings, work);
  process.stderr.write('the other image, without the caches of the app and without hardening\n');
  await bakeRoot(plain, settings, work, 'runner');
  for (const root of [baked, plain]) setEndpoint(root);
  return { baked, plain, tags: settingsTags(settings) };
}

interface Moments {
  /** Milliseconds since 1970. */
  startedAt: number;
  claimAt: number;
  /** Seconds from start to power-off. */
  off: number;
}

const PHASES = ['boot', 'claim', 'source', 'input', 'environment', 'app start', 'first line', 'off'];

/** Boots both images with the same job. False when a job did not succeed. */
async function timings(bench: Bench, plain: string): Promise<boolean> {
  const columns: [string, string, Record<string, number>][] = [];
  for (const [label, root] of [
    ['baked', bench.root],
    ['not baked', plain],
  ] as const) {
    const runs: Record<string, number>[] = [];
    for (let run = 1; run <= TIMED_RUNS; run++) {
      const name = `${label.replace(' ', '-')}-${run}`;
      let claimAt = 0;
      const meanwhile = async (instance: Instance) => {
        await instance.until(() => instance.console.includes('claim: begins'));
        claimAt = Date.now();
      };
      const { status, log, seconds, instance } = await runJob({ ...bench, root }, name, 'nothing', { meanwhile });
      if (status?.state !== 'SUCCEEDED') {
        say(`✗ the job on the image ${label}: ${status?.state ?? 'no record'} ${status?.message ?? ''}`);
        say(instance.console.slice(-3000));
        return false;
      }
      runs.push(timingOf(status, log, { startedAt: instance.startedAt, claimAt, off: seconds }));
    }
    // The quickest run: the machine that tests has other things to do, and those only ever make it slower.
    runs.sort((a, b) => (a['first line'] ?? 0) - (b['first line'] ?? 0));
    columns.push([label, root, runs[0] ?? {}]);
  }
  say(`\nseconds       ${columns.map(([label]) => label.padStart(12)).join('')}`);
  for (const phase of PHASES) {
    say(
      phase.padEnd(14) +
        columns.map(([, , seconds]) => (seconds[phase] ?? Number.NaN).toFixed(2).padStart(12)).join(''),
    );
  }
  say('');
  return true;
}

/**
 * `boot` runs to the runner's claim. The source and its environment run beside the input, and the longer way counts.
 */
function timingOf(status: Status, log: string, { startedAt, claimAt, off }: Moments): Record<string, number> {
  const seconds = Object.fromEntries((status.phases ?? []).map((phase) => [phase.name, phase.seconds ?? 0]));
  const { claim = 0, source = 0, environment = 0, input = 0 } = seconds;
  const first = Number(/first line at ([\d.]+)/.exec(log)?.[1]) - startedAt / 1000;
  const boot = (claimAt - startedAt) / 1000;
  const start = Math.max(0, first - boot - claim - Math.max(source + environment, input));
  return { boot, claim, source, input, environment, 'app start': start, 'first line': first, off };
}

/** Returns how many did not end as promised. */
async function faults(bench: Bench, words: string[]): Promise<number> {
  const chosen = CASES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const waiting = [...chosen];
  let failed = 0;
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      try {
        say(`✓ ${one.name}: ${await one.run(bench)}`);
      } catch (error) {
        failed++;
        say(`✗ ${one.name}: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  say(`${chosen.length - failed} passed, ${failed} failed`);
  return failed;
}

runAsCommand(main);
