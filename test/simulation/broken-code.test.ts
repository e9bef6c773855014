import type { Fault } from './faults';
import { shrink } from './shrink';
import { simulate } from './simulate';

/** What is wrong with the code that the functions run: one at a time. */
let broken: keyof typeof CASES | undefined;
let launches = 0;

jest.mock('../../contract/token', () => {
  const real = jest.requireActual<typeof import('../../contract/token')>('../../contract/token');
  const clientToken: typeof real.clientToken = (job, candidate) => {
    if (broken === 'a new client token for each call') return String(++launches);
    if (broken === 'one client token for all uploads') return String(candidate);
    if (broken === 'one client token for all candidates') return real.clientToken(job, 0);
    return real.clientToken(job, candidate);
  };
  return { ...real, clientToken };
});

jest.mock('../../lambda/guard/older-outputs', () => {
  const path = '../../lambda/guard/older-outputs';
  const real = jest.requireActual<typeof import('../../lambda/guard/older-outputs')>(path);
  const removeOlderOutputs: typeof real.removeOlderOutputs = async (...args) => {
    if (broken !== 'the guard leaves older outputs') await real.removeOlderOutputs(...args);
  };
  return { removeOlderOutputs };
});

jest.mock('./runner', () => {
  const real = jest.requireActual<typeof import('./runner')>('./runner');
  class Runner extends real.Runner {
    override async clear(...args: Parameters<InstanceType<typeof real.Runner>['clear']>): Promise<void> {
      if (broken !== 'the runner leaves older outputs') await super.clear(...args);
    }
  }
  return { ...real, Runner };
});

jest.mock('../../lambda/guard/deadline', () => {
  const real = jest.requireActual<typeof import('../../lambda/guard/deadline')>('../../lambda/guard/deadline');
  const deadlines: typeof real.deadlines = (instance) => {
    const { timeout, end } = real.deadlines(instance);
    return { timeout, end: broken === 'the guard ends no instance at its deadline' ? Number.POSITIVE_INFINITY : end };
  };
  return { deadlines };
});

/** The rule that each breaks, and the faults without which nobody would notice. */
const CASES = {
  'a new client token for each call': ['one instance for an attempt', 'upload event twice'],
  'one client token for all uploads': ['one launch for a client token'],
  'one client token for all candidates': ['one launch for a client token', 'subnet without capacity'],
  'the guard leaves older outputs': ['its own outputs', 'job uploaded again', 'machine dies at its claim'],
  'the runner leaves older outputs': ['its own outputs', 'job uploaded again', 'app makes no output'],
  'the guard ends no instance at its deadline': ['no instance beyond its deadline', 'own timer broken'],
} satisfies Record<string, [rule: string, ...faults: Fault[]]>;

const [LIVES, WORLDS] = [60, 40];

/** The first of some worlds that breaks a rule. */
async function breaking(rule: string, faults: Fault[], storm = 5) {
  for (let seed = 1; seed <= WORLDS; seed++) {
    const options = { seed, lives: LIVES, kinds: new Set(faults), storm };
    const { violations } = await simulate(options);
    if (violations.some((one) => one.rule === rule)) return options;
  }
  throw new Error(`nothing has broken the rule '${rule}'`);
}

afterEach(() => {
  broken = undefined;
});

test.each(Object.entries(CASES))('%s: it is noticed', async (what, [rule, ...faults]) => {
  broken = what as keyof typeof CASES;
  const options = await breaking(rule, faults as Fault[]);
  broken = undefined;
  const { violations } = await simulate(options);
  expect(violations).toEqual([]);
});

test('a smaller world is found that breaks the same rule', async () => {
  broken = 'the guard ends no instance at its deadline';
  const [rule] = CASES[broken];
  const options = await breaking(rule, ['own timer broken', 'S3 fails', 'upload event twice'], 20);
  const smallest = await shrink(options, rule);
  expect(smallest.lives).toBeLessThan(10);
  expect([...smallest.kinds]).toEqual(['own timer broken']);
  const { violations } = await simulate(smallest);
  expect(violations.map((one) => one.rule)).toContain(rule);
});
