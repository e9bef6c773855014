import { parseArgs } from 'node:util';
import { burst } from './burst';
import { FAULT_KINDS, type Fault } from './faults';
import { type Run, writeReport } from './report';
import { shrink } from './shrink';
import { type Simulated, simulate, worldsOf } from './simulate';
import type { WorldOptions } from './world';

// `npm run test:simulation [-- --seed S --lives N --faults 'one,another' --trace --keep-going --write]`;
// `--write` puts what came of it into docs/reliability.md, with a burst of uploads.

const say = (line: string) => process.stdout.write(`${line}\n`);
const YEAR = 365.25;
const BURST = 10_000;

interface Options {
  seed: number;
  lives: number;
  kinds: ReadonlySet<Fault>;
  isTraced: boolean;
  keepsGoing: boolean;
  writes: boolean;
}

function optionsOf(words: string[]): Options {
  const { values } = parseArgs({
    args: words,
    options: {
      seed: { type: 'string', default: '1' },
      lives: { type: 'string', default: '10000' },
      faults: { type: 'string' },
      trace: { type: 'boolean', default: false },
      'keep-going': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const [seed, lives] = [values.seed, values.lives].map((text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : 0));
  if (!lives || seed === undefined) throw new Error('--seed and --lives take numbers');
  const kinds = values.faults === undefined ? FAULT_KINDS : values.faults.split(',').filter(Boolean);
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind as Fault));
  if (unknown !== undefined) throw new Error(`there is no fault '${unknown}': ${FAULT_KINDS.join(', ')}`);
  const isTraced = values.trace;
  return {
    seed,
    lives,
    kinds: new Set(kinds as Fault[]),
    isTraced,
    keepsGoing: values['keep-going'],
    writes: values.write,
  };
}

/** What runs the very same world again. */
function commandOf({ seed, lives, kinds }: WorldOptions): string {
  const faults = kinds.size < FAULT_KINDS.length ? ` --faults '${[...kinds].join(',')}'` : '';
  return `npm run test:simulation -- --seed ${seed} --lives ${lives}${faults}`;
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

/** Adds what came of a world to a run. */
function add(run: Run, counts: ReadonlyMap<string, number>, to: 'faults' | 'ends'): void {
  const all = run[to] as Map<string, number>;
  for (const [name, count] of counts) all.set(name, (all.get(name) ?? 0) + count);
}

/** Runs world after world, until one breaks a rule unless it is to go on. */
async function runWorlds({ seed, lives, kinds, isTraced, keepsGoing }: Options): Promise<Run> {
  const run: Run = { seed, lives, years: 0, cpuSeconds: 0, seconds: 0, broken: 0, faults: new Map(), ends: new Map() };
  const [cpu, began] = [process.cpuUsage(), process.hrtime.bigint()];
  for (const world of worldsOf(seed, lives, kinds)) {
    const simulated = await simulate({ ...world, isTraced });
    run.years += simulated.days / YEAR;
    add(run, simulated.counts, 'faults');
    for (const end of simulated.ends) add(run, new Map([[end, 1]]), 'ends');
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

async function main(words: string[]): Promise<number> {
  const options = optionsOf(words);
  // The stacks of errors that are answers of AWS take more time than all the rest.
  if (!options.isTraced) Error.stackTraceLimit = 0;
  const run = await runWorlds(options);
  say(
    `${run.lives} lives, ${run.years.toFixed(2)} simulated years, ${run.cpuSeconds.toFixed(1)} s of CPU, broken: ${run.broken}`,
  );
  if (options.writes) writeReport(run, await burst(options.seed, BURST));
  return run.broken > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
