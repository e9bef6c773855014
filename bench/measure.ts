/** One way of doing something, timed whole, unless `run` returns the milliseconds that count, such as those of the CPU. */
export interface Way {
  name: string;
  run(): undefined | number | Promise<undefined | number> | Promise<void>;
}

/** Milliseconds of each round. */
export interface Timed {
  name: string;
  times: number[];
}

/**
 * Times several ways of doing the same, side by side: round by round and in turn, so that whatever else the machine
 * does falls on all of them alike. One round more than asked for comes first and does not count.
 */
export async function timeWays(ways: readonly Way[], rounds: number): Promise<Timed[]> {
  const timed: Timed[] = ways.map(({ name }) => ({ name, times: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const began = performance.now();
      const ms = (await way.run()) ?? performance.now() - began;
      if (round > 0) timed[index]?.times.push(ms);
    }
  }
  return timed;
}

/** Times several ways and prints the medians, and each as a ratio to the first way. */
export async function compare(title: string, ways: readonly Way[], rounds: number): Promise<void> {
  const timed = await timeWays(ways, rounds);
  const first = median(timed[0]?.times ?? []);
  const lines = timed.map(({ name, times }) => {
    const middle = median(times);
    return `  ${name.padEnd(56)} ${middle.toFixed(0).padStart(7)} ms ${`x ${(middle / first).toFixed(1)}`.padStart(8)}`;
  });
  process.stdout.write(`${title} (median of ${rounds})\n${lines.join('\n')}\n\n`);
}

/** The middle one of some figures. */
export function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
