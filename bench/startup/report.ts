import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import path from 'node:path';
import { median } from '../measure';
import { table, writeBlocks } from '../performance-page';
import { type Bar, barChart } from './chart';
import type { CountsInDetail } from './counts';
import type { Overhead } from './overhead';
import { type Start, WAYS, type Way } from './starts';
import type { Transfer } from './transfers';

export interface Results {
  starts: Record<Way, Start[]>;
  counts: CountsInDetail;
  overhead: Overhead;
  transfers: Transfer[];
}

const DOCS = path.join(__dirname, '../../docs');
/** The same with the runner of commit 98d7d03. */
const BEFORE = { floors: 4.8, unbaked: 12, mebibytes: 65, processes: 42 };
const MOST_MEBIBYTES = 64;
const MOST_PROCESSES = 30;

/** Writes the results into docs/performance.md, between its markers, and draws its pictures. */
export function writeReport(results: Results): void {
  writeBlocks(blocks(results));
  writeFileSync(path.join(DOCS, 'performance/starts.svg'), picture(results));
}

/** The parts of the page that are made here, by the names of their markers. */
export function blocks(results: Results): Record<string, string> {
  return {
    'startup-machine': machine(results.starts.warm.length),
    'startup-goals': goals(results),
    'startup-times': times(results.starts),
    'startup-counts': largest(results.counts),
    'startup-transfers': transfersOf(results),
  };
}

function machine(rounds: number): string {
  const [cpu] = cpus();
  const df = execFileSync('df', ['--output=fstype', '/tmp'], { encoding: 'utf8' }).trim().split('\n').at(-1);
  const about = `${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, ${df}`;
  return `${new Date().toISOString().slice(0, 10)}, ${about}; each way started ${rounds} times, in turn, after a first round that does not count.`;
}

const of = (starts: Start[], name: keyof Start) => starts.map((start) => start[name]);
const middle = (starts: Start[], name: keyof Start) => median(of(starts, name));

function goals({ starts, counts }: Results): string {
  const [warm, floor, unbaked] = (['warm', 'floor', 'unbaked'] as const).map((way) =>
    middle(starts[way], 'beyondBoot'),
  );
  const [ofFloor, ofUnbaked] = [(warm ?? 0) / (floor ?? 1), (unbaked ?? 0) / (warm ?? 1)];
  const beyond = counts.mebibytes - counts.mebibytesOfBoot;
  const rows = [
    [
      'a warm start, beside the floor',
      'at most 1.2 times',
      `${ofFloor.toFixed(1)} times`,
      ofFloor <= 1.2,
      `${BEFORE.floors} times`,
    ],
    [
      'a warm start, beside nothing baked',
      'at most 1/30',
      `1/${ofUnbaked.toFixed(0)}`,
      ofUnbaked >= 30,
      `1/${BEFORE.unbaked}`,
    ],
    [
      'read from the disk beyond the boot',
      `at most ${MOST_MEBIBYTES} MiB`,
      `${beyond.toFixed(0)} MiB`,
      beyond <= MOST_MEBIBYTES,
      `${BEFORE.mebibytes} MiB`,
    ],
    [
      'processes started',
      `at most ${MOST_PROCESSES}`,
      `${counts.processes}`,
      counts.processes <= MOST_PROCESSES,
      `${BEFORE.processes}`,
    ],
  ] as const;
  return table(
    ['before the first line', 'goal', 'measured', '', 'before'],
    rows.map(([what, goal, found, isMet, before = '']) => [what, goal, found, isMet ? 'met' : 'not met', before]),
  );
}

function times(starts: Record<Way, Start[]>): string {
  const floor = middle(starts.floor, 'beyondBoot');
  const rows = WAYS.map(([way, what]) => {
    const beyond = of(starts[way], 'beyondBoot');
    const spread = `${Math.min(...beyond).toFixed(2)} to ${Math.max(...beyond).toFixed(2)}`;
    const ratio = (median(beyond) / floor).toFixed(1);
    const cpu = middle(starts[way], 'cpu');
    const rest = [middle(starts[way], 'whole').toFixed(2), Number.isNaN(cpu) ? '' : cpu.toFixed(2)];
    return [what, median(beyond).toFixed(2), spread, ratio, ...rest];
  });
  return table(['way', 'seconds beyond the boot', 'spread', 'times the floor', 'boot and all', 'CPU seconds'], rows);
}

function largest({ mebibytes, mebibytesOfBoot, files, programs }: CountsInDetail): string {
  const rows = files.map(([file, read], at) => {
    const [program = '', count = ''] = programs[at] ?? [];
    return [`\`${file.replace(/^\/opt\/venvs\/[^/]+/, '/opt/venvs/…')}\``, read.toFixed(1), program, String(count)];
  });
  const all = `The whole machine reads ${mebibytes.toFixed(0)} MiB, ${mebibytesOfBoot.toFixed(0)} MiB of them without any unit of this project.`;
  return `${all}\n\n${table(['file, beyond the boot', 'MiB', 'program', 'processes'], rows)}`;
}

function transfersOf({ overhead, transfers }: Results): string {
  const said = `The runner adds ${overhead.seconds.toFixed(2)} s (${overhead.cpuSeconds.toFixed(2)} CPU seconds) to git and the app; the goal is 0.25 s.`;
  const rows = transfers.map(({ size, ...of }) => {
    const rate = (bare: number, ours: number) => `${Math.round((100 * bare) / Math.max(ours, 0.01))} %`;
    const text = (seconds: number) => seconds.toFixed(2);
    const into = [text(of.in), text(of.bareIn), rate(of.bareIn, of.in)];
    const out = [text(of.out), text(of.bareOut), rate(of.bareOut, of.out), text(of.cliOut), rate(of.cliOut, of.out)];
    return [size, ...into, ...out, of.peak.toFixed(0)];
  });
  const [curl, cli] = [
    ['curl, s', 'of its speed'],
    ['the AWS CLI, s', 'of its speed'],
  ];
  const head = ['a file of', 'in, s', ...curl, 'out, s', ...curl, ...cli, 'MiB in memory'];
  return `${said}\n\n${table(head, rows)}`;
}

function picture({ starts }: Results): string {
  const bars: Bar[] = WAYS.map(([way, label]) => {
    const value = middle(starts[way], 'beyondBoot');
    return { label, value, text: `${value.toFixed(1)} s`, isOurs: !['unbaked', 'floor'].includes(way) };
  });
  return barChart("Seconds from the boot to the app's first line", bars);
}
