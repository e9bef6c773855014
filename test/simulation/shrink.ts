import { simulate } from './simulate';
import type { WorldOptions } from './world';

/** Another seed may show the same with less: so many are tried for each smaller world. */
const SEEDS = 40;

/** The smallest world that was found to break the same rule: with fewer lives, then with fewer kinds of faults. */
export async function shrink(options: WorldOptions, rule: string): Promise<WorldOptions> {
  let smallest = options;
  for (const lives of [1, 2, 3, 5, 10, 20]) {
    const smaller = lives < smallest.lives && (await breaking({ ...smallest, lives }, rule));
    if (smaller) {
      smallest = smaller;
      break;
    }
  }
  for (const kind of options.kinds) {
    const kinds = new Set([...smallest.kinds].filter((one) => one !== kind));
    smallest = (await breaking({ ...smallest, kinds }, rule)) ?? smallest;
  }
  return smallest;
}

async function breaking(options: WorldOptions, rule: string): Promise<WorldOptions | undefined> {
  for (let next = 0; next < SEEDS; next++) {
    const tried = { ...options, seed: options.seed + next };
    const { violations } = await simulate(tried);
    if (violations.some((one) => one.rule === rule)) return tried;
  }
  return undefined;
}
