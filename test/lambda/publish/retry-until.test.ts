import { type RetryLimits, retryUntil } from '../../../lambda/publish/retry-until';

const START = Date.parse('2026-11-26T12:00:00Z');
let warned: unknown[][];

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  warned = [];
});
afterEach(() => jest.useRealTimers());

/** Tries work that fails a number of times. Each pause takes as long as it should. */
async function tried(failures: number, limits: RetryLimits) {
  const pauses: number[] = [];
  let tries = 0;
  const error = await retryUntil(
    {
      logger: { warn: (...words) => void warned.push(words) },
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        jest.setSystemTime(Date.now() + milliseconds);
      },
    },
    async () => {
      tries += 1;
      if (tries <= failures) throw new Error(`not at try ${tries}`);
    },
    limits,
  );
  return { error: error?.message, tries, pauses };
}

test('work that succeeds is done once, and nothing is logged or left waiting', async () => {
  expect(await tried(0, { deadline: START + 60_000 })).toEqual({ error: undefined, tries: 1, pauses: [] });
  expect(warned).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

test('work that fails is tried again after three seconds, and each failure is logged', async () => {
  expect(await tried(2, { deadline: START + 60_000 })).toEqual({ error: undefined, tries: 3, pauses: [3_000, 3_000] });
  expect(warned).toEqual([
    ['attempt.failed', { number: 1, error: expect.objectContaining({ message: 'not at try 1' }) }],
    ['attempt.failed', { number: 2, error: expect.objectContaining({ message: 'not at try 2' }) }],
  ]);
});

test('the last error is answered when the tries are used up', async () => {
  expect(await tried(9, { deadline: START + 60_000, tries: 3 })).toMatchObject({ error: 'not at try 3', tries: 3 });
  expect(jest.getTimerCount()).toBe(0);
});

test.each([
  ['no other try begins at the deadline', 6_000, 2],
  ['one begins just before it', 6_001, 3],
  ['none begins when a pause is longer than what is left', 2_000, 1],
  ['there is one try although the deadline is over', -1_000, 1],
])('%s', async (_what, left, tries) => {
  expect(await tried(9, { deadline: START + left })).toMatchObject({ error: `not at try ${tries}`, tries });
});

test('work that never ends is given up at the deadline, not before', async () => {
  let error: Error | undefined;
  const deps = { logger: { warn: () => undefined }, pause: async () => undefined };
  const trying = retryUntil(deps, () => new Promise(() => undefined), { deadline: START + 60_000 }).then((answer) => {
    error = answer;
  });
  await jest.advanceTimersByTimeAsync(59_999);
  expect(error).toBeUndefined();
  await jest.advanceTimersByTimeAsync(1);
  await trying;
  expect(error?.message).toBe('there was no answer in time');
});
