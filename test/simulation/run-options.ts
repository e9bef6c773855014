import { parseArgs } from 'node:util';
import { FAULT_KINDS, type Fault } from './faults';
import type { WorldOptions } from './world';

/** What `npm run test:simulation` was asked for. */
export interface RunOptions {
  seed: number;
  lives: number;
  kinds: ReadonlySet<Fault>;
  isTraced: boolean;
  keepsGoing: boolean;
  writes: boolean;
  processes: number;
}

/** Throws an error whose message says what is wrong. */
export function optionsOf(words: string[]): RunOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      seed: { type: 'string', default: '1' },
      lives: { type: 'string', default: '10000' },
      faults: { type: 'string' },
      trace: { type: 'boolean', default: false },
      'keep-going': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      processes: { type: 'string', default: '1' },
    },
  });
  const numbers = [values.seed, values.lives, values.processes];
  const [seed, lives, processes] = numbers.map((text) => (/^[0-9]{1,9}$/.test(text) ? Number(text) : 0));
  if (!lives || !processes || seed === undefined) throw new Error('--seed, --lives and --processes take numbers');
  const kinds = values.faults === undefined ? FAULT_KINDS : values.faults.split(',').filter(Boolean);
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind as Fault));
  if (unknown !== undefined) throw new Error(`there is no fault '${unknown}': ${FAULT_KINDS.join(', ')}`);
  const { trace: isTraced, 'keep-going': keepsGoing, write: writes } = values;
  return { seed, lives, kinds: new Set(kinds as Fault[]), isTraced, keepsGoing, writes, processes };
}

/** What runs the very same world again. */
export function commandOf({ seed, lives, kinds }: WorldOptions): string {
  const faults = kinds.size < FAULT_KINDS.length ? ` --faults '${[...kinds].join(',')}'` : '';
  return `npm run test:simulation -- --seed ${seed} --lives ${lives}${faults}`;
}
