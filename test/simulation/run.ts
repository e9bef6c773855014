import { parseArgs } from 'node:util';
import { FAULT_KINDS, type Fault } from './faults';
import { shrink } from './shrink';
import { type Simulated, simulate, worldsOf } from './simulate';
import type { WorldOptions } from './world';

// `npm run test:simulation [-- --seed S --lives N --faults 'one,another' --trace --keep-going]`.

const say = (line: string) => process.stdout.write(`${line}\n`);
const YEAR = 365.25;

interface Options {
  seed: number;
  lives: number;
  kinds: ReadonlySet<Fault>;
  isTraced: boolean;
  keepsGoing: boolean;
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
    },
  });
  const [seed, lives] = [values.seed, values.lives].map((text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : 0));
  if (!lives || seed === undefined) throw new Error('--seed and --lives take numbers');
  const kinds = values.faults === undefined ? FAULT_KINDS : values.faults.split(',').filter(Boolean);
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind as Fault));
  if (unknown !== undefined) throw new Error(`there is no fault '${unknown}': ${FAULT_KINDS.join(', ')}`);
  const isTraced = values.trace;
  return { seed, lives, kinds: new Set(kinds as Fault[]), isTraced, keepsGoing: values['keep-going'] };
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

async function main(words: string[]): Promise<number> {
  const options = optionsOf(words);
  // The stacks of errors that are answers of AWS take more time than all the rest.
  if (!options.isTraced) Error.stackTraceLimit = 0;
  const began = process.hrtime.bigint();
  let [days, broken] = [0, 0];
  for (const world of worldsOf(options.seed, options.lives, options.kinds)) {
    const simulated = await simulate({ ...world, isTraced: options.isTraced });
    days += simulated.days;
    if (options.isTraced) for (const line of simulated.trace) say(line);
    if (simulated.violations.length === 0) continue;
    broken++;
    report(simulated);
    if (options.keepsGoing) continue;
    if (!options.isTraced) await reportSmallest(simulated);
    return 1;
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  say(`${options.lives} lives in ${(days / YEAR).toFixed(2)} simulated years, ${seconds.toFixed(1)} s`);
  return broken > 0 ? 1 : 0;
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
