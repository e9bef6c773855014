import type { Fault } from './faults';
import { type Violation, violations } from './invariants';
import { World, type WorldOptions } from './world';

/** Lives of one world: enough for jobs to meet, few enough for a person to follow. */
export const LIVES_A_WORLD = 60;

/** What came of one world. */
export interface Simulated {
  options: WorldOptions;
  violations: Violation[];
  days: number;
  counts: ReadonlyMap<Fault, number>;
  /** How its jobs ended: `SUCCEEDED`, or the reason. */
  ends: string[];
  trace: string[];
}

/** Runs one world to its end and judges it. */
export async function simulate(options: WorldOptions): Promise<Simulated> {
  // The clock of a world leaves the process no time for signals and its own timers.
  await new Promise((resolve) => setImmediate(resolve));
  const world = new World(options);
  await world.run();
  const { history } = world.services;
  const ends = history.uploads.map(({ records }) => {
    const last = records.filter(({ state }) => state === 'SUCCEEDED' || state === 'FAILED').at(-1);
    return last ? (last.reason ?? last.state) : 'newer upload';
  });
  const trace = history.lines.map(([time, ...facts]) => `${new Date(time).toISOString()} ${facts.map(text).join(' ')}`);
  return { options, violations: violations(world), days: world.days, counts: world.faults.counts, ends, trace };
}

function text(fact: unknown): string {
  return typeof fact === 'string' ? fact : JSON.stringify(fact instanceof Error ? fact.message : fact);
}

/** The worlds of a run: so many lives in all, each world with the next seed. */
export function* worldsOf(seed: number, lives: number, kinds: ReadonlySet<Fault>): Generator<WorldOptions> {
  for (let done = 0, world = 0; done < lives; done += LIVES_A_WORLD, world++)
    yield { seed: seed + world, lives: Math.min(LIVES_A_WORLD, lives - done), kinds };
}
