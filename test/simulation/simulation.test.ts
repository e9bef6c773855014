import { FAULT_KINDS } from './faults';
import { simulate, worldsOf } from './simulate';

const LIVES = 2_000;
const kinds = new Set(FAULT_KINDS);

test(`${LIVES} jobs with all faults at once break no rule`, async () => {
  const broken: string[] = [];
  for (const world of worldsOf(1, LIVES, kinds)) {
    const { violations } = await simulate(world);
    for (const { rule, what } of violations)
      broken.push(`--seed ${world.seed} --lives ${world.lives}: ${rule}: ${what}`);
  }
  expect(broken).toEqual([]);
});

test('the same seed makes the same history', async () => {
  const [first, second] = [
    await simulate({ seed: 7, lives: 20, kinds, isTraced: true }),
    await simulate({ seed: 7, lives: 20, kinds, isTraced: true }),
  ];
  expect(first.trace.length).toBeGreaterThan(100);
  expect(second.trace).toEqual(first.trace);
});
