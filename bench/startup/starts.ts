import { bootAlone, bootJob, type Running, untilSaid } from './machine';
import type { Branch } from './repository';
import type { Surroundings } from './surroundings';

/** The ways from a machine's start to an app's first line, slowest first. */
export const WAYS = [
  ['unbaked', 'nothing baked, an init script: apt, git clone, venv, pip'],
  ['plain', 'this project, nothing of the app baked'],
  ['requirements', 'this project, other requirements than baked'],
  ['source', 'this project, one commit after the bake'],
  ['warm', 'this project, as it was baked'],
  ['floor', 'git fetch of nothing new, and the interpreter'],
] as const;
export type Way = (typeof WAYS)[number][0];

/** Of one start: seconds, and the CPU seconds of the whole machine until it is off. */
export interface Start {
  /** From the first process of the machine's init to the app's first line. */
  whole: number;
  /** From the start of the unit that looks for a job, or does it itself, to the app's first line. */
  beyondBoot: number;
  cpu: number;
}

/** Starts each way, in turn, so many times. One round more comes first, and does not count. */
export async function measureStarts(around: Surroundings, rounds: number): Promise<Record<Way, Start[]>> {
  const starts = Object.fromEntries(WAYS.map(([way]) => [way, [] as Start[]])) as Record<Way, Start[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const [way] of WAYS) {
      const start = await measured(await bootFor(around, way));
      process.stderr.write(`${round} of ${rounds}, ${way}: ${start.beyondBoot.toFixed(2)} s beyond the boot\n`);
      if (round > 0) starts[way].push(start);
    }
  }
  return starts;
}

function bootFor(around: Surroundings, way: Way): Promise<Running> {
  const { baked, plain, unbaked } = around.images;
  if (way === 'unbaked') return bootAlone(around, { root: unbaked });
  if (way === 'floor') return bootAlone(around, { root: baked, environment: { BENCH_FLOOR: '1' } });
  if (way === 'plain') return bootJob(around, 'warm', { root: plain });
  return bootJob(around, way satisfies Branch);
}

/** What the app (app/main.py) has found out, once the machine is off. */
async function measured(running: Running): Promise<Start> {
  const { instance, said } = running;
  try {
    await untilSaid(running, 'MOMENTS');
    if (!(await instance.isOffWithin(60_000))) throw new Error('the machine does not power off');
    const { machine, unit, line } = JSON.parse(/MOMENTS (\{.*\})/.exec(await said())?.[1] ?? '{}');
    return { whole: line - machine, beyondBoot: line - unit, cpu: instance.cpuSeconds() };
  } finally {
    await instance.remove();
  }
}
