import fc from 'fast-check';
import { inRunner } from '../runner';

// `npm run test:parsers` takes a hundred times as many.
const CASES = Number(process.env.PARSER_CASES ?? 1000);
const SEED = Number(process.env.PARSER_SEED ?? 1);
/** So many disagreements say enough. */
const SHOWN = 5;

/** As many generated cases as this run has of each kind, the same ones for the same seed. */
export function cases<T>(arbitrary: fc.Arbitrary<T>, seed = SEED): T[] {
  return fc.sample(arbitrary, { numRuns: CASES, seed });
}

/**
 * What the runner says of each case: the Python expression `said` of a `case`. Fails when it has started, opened,
 * imported or evaluated anything meanwhile: whatever the interpreter reports to an audit hook.
 */
export function askRunner<T>(imports: string, said: string, given: unknown[]): T[] {
  const script = `${imports}
def say(case):
    return ${said}
events = set()
sys.addaudithook(lambda event, args: events.add(event))
said = [say(case) for case in given]
said = {'said': said, 'events': sorted(events)}`;
  const answer = inRunner<{ said: T[]; events: string[] }>(script, given);
  expect(answer.events).toEqual([]);
  return answer.said;
}

/** Fails with the first cases of which the two sides say something different. */
export function expectAlike(given: readonly unknown[], ours: readonly unknown[], theirs: readonly unknown[]): void {
  expect(theirs).toHaveLength(given.length);
  const rows = given.map((one, index) => ({
    given: JSON.stringify(one),
    ours: JSON.stringify(ours[index]),
    theirs: JSON.stringify(theirs[index]),
  }));
  const different = rows.filter((row) => row.ours !== row.theirs);
  expect({ seed: SEED, count: different.length, first: different.slice(0, SHOWN) }).toEqual({
    seed: SEED,
    count: 0,
    first: [],
  });
}
