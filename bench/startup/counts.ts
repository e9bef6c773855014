import { readFileSync } from 'node:fs';
import path from 'node:path';
import { coldDisk } from './disk';
import { bootAlone, bootJob, type Running, untilSaid } from './machine';
import type { Surroundings } from './surroundings';
import { nameOf, processesOfJob } from './trace';

/** What a warm job costs before its app's first line, on a volume of which nothing was read. */
export interface Counts {
  /** MiB that the whole machine reads, from its first process on. */
  mebibytes: number;
  /** Of them those that the machine reads without any unit of this project. */
  mebibytesOfBoot: number;
  /** Processes of this project's units, and of what they have systemd start. */
  processes: number;
}

/** The same with what makes most of it. */
export interface CountsInDetail extends Counts {
  /** MiB of the files that were read most of, beyond those that the boot alone reads. */
  files: [string, number][];
  /** How many processes there are of each program, most first. */
  programs: [string, number][];
}

const UNITS = ['boot', 'prefetch', 'metadata-block'].map((name) => `lambda-ec2-${name}.service`);

/** Counts one start with a cold cache, under strace: counts do not mind what that takes. */
export async function measureCounts(around: Surroundings): Promise<CountsInDetail> {
  const idle = await readsOf(around, (root) =>
    bootAlone(around, { root, environment: { BENCH_IDLE: '1' }, masked: UNITS }),
  );
  const trace = path.join(around.dir, 'trace');
  // With -D the machine, and not its tracer, is the child that is told to stop.
  const strace = ['strace', '-D', '--follow-forks', '-qq', '--pidns-translation', '--trace=process', '--signal=none'];
  const under = [...strace, '--string-limit=256', `--output=${trace}`];
  const job = await readsOf(around, (root) => bootJob(around, 'warm', { root, under, tags: { app_args: 'wait' } }));
  const processes = processesOfJob(readFileSync(trace, 'latin1'));
  const files = [...job.files].filter(([file]) => !idle.files.has(file));
  return {
    mebibytes: job.mebibytes,
    mebibytesOfBoot: idle.mebibytes,
    processes: processes.length,
    files: files.slice(0, 10),
    programs: grouped(processes.map(nameOf)).slice(0, 10),
  };
}

/** What is read from the baked image until the first line. */
async function readsOf(around: Surroundings, boot: (root: string) => Promise<Running>) {
  const disk = coldDisk(around.images.baked, around.dir);
  try {
    const running = await boot(disk.root);
    try {
      await untilSaid(running, 'first line');
      return { mebibytes: disk.mebibytesRead(), files: disk.filesRead() };
    } finally {
      await running.instance.remove();
    }
  } finally {
    disk.remove();
  }
}

function grouped(names: string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
