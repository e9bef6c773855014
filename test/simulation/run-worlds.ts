import type { Run } from './report';
import { commandOf, type RunOptions } from './run-options';
import { shrink } from './shrink';
import { type Simulated, simulate, worldsOf } from './simulate';

export const say = (line: string) => process.stdout.write(`${line}\n`);
const YEAR = 365.25;

/** Runs world after world, until one breaks a rule unless it is to go on. */
export async function runWorlds({ seed, lives, kinds, isTraced, keepsGoing }: RunOptions): Promise<Run> {
  const counts = { years: 0, processes: 1, cpuSeconds: 0, seconds: 0, broken: 0 };
  const run: Run = { seed, lives, ...counts, faults: new Map(), ends: new Map() };
  const [cpu, began] = [process.cpuUsage(), process.hrtime.bigint()];
  let done = 0;
  for (const world of worldsOf(seed, lives, kinds)) {
    const simulated = await simulate({ ...world, isTraced });
    run.years += simulated.days / YEAR;
    add(run.faults, simulated.counts);
    for (const end of simulated.ends) add(run.ends, new Map([[end, 1]]));
    done += world.lives;
    if (Math.floor((10 * done) / lives) > Math.floor((10 * (done - world.lives)) / lives)) {
      process.stderr.write(`${done} of ${lives} lives from seed ${seed} on, broken: ${run.broken}\n`);
    }
    if (isTraced) for (const line of simulated.trace) say(line);
    if (simulated.violations.length === 0) continue;
    run.broken++;
    report(simulated);
    if (keepsGoing) continue;
    if (!isTraced) await reportSmallest(simulated);
    break;
  }
  const { user, system } = process.cpuUsage(cpu);
  run.cpuSeconds = (user + system) / 1e6;
  run.seconds = Number(process.hrtime.bigint() - began) / 1e9;
  return run;
}

/** Two runs beside one another as one. */
export function together(one: Run, other: Run): Run {
  add(one.faults, other.faults);
  add(one.ends, other.ends);
  return {
    ...one,
    lives: one.lives + other.lives,
    years: one.years + other.years,
    processes: one.processes + other.processes,
    cpuSeconds: one.cpuSeconds + other.cpuSeconds,
    seconds: Math.max(one.seconds, other.seconds),
    broken: one.broken + other.broken,
  };
}

function add(all: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) all.set(name, (all.get(name) ?? 0) + count);
}

function report({ options, violations }: Simulated): void {
  for (const { rule, what } of violations) say(`${rule}: ${what}`);
  say(`again: ${commandOf(options)} --trace`);
}

async function reportSmallest({ options, violations }: Simulated): Promise<void> {
  const rule = violations[0]?.rule ?? '';
  say('looking for a smaller world that breaks the same rule');
  report(await simulate({ ...(await shrink(options, rule)), isTraced: true }));
}
