/** Where the runner is killed: as one of its threads enters this system call for the nth time. */
export interface Point {
  call: string;
  nth: number;
}

export interface Points {
  /** In the order in which the first thread came by. */
  points: Point[];
  /** All system calls of the runner from its first request on. */
  calls: number;
}

const ENTRY = /^(\d+) +(\w+)\(/;

/**
 * The points from the first request on in what strace wrote of a whole job. strace counts for each thread by itself: the point
 * of a later thread that makes the same call for the nth time is that of the first.
 */
export function pointsOf(trace: string): Points {
  const lines = trace.split('\n');
  const [first] = ENTRY.exec(lines[0] ?? '')?.slice(1) ?? [];
  // What has become a program of its own is not the runner, and was not before either.
  const programs = new Set(
    lines.flatMap(
      (line) =>
        ENTRY.exec(line)
          ?.slice(1, 2)
          .filter(() => line.includes(' execve(')) ?? [],
    ),
  );
  const counts = new Map<string, number>();
  const points: Point[] = [];
  const seen = new Set<string>();
  let calls = 0;
  for (const line of lines) {
    const [, pid, call] = ENTRY.exec(line) ?? [];
    if (!pid || !call || (pid !== first && programs.has(pid))) continue;
    // Of the token for the instance metadata. The claim follows after some more.
    if (calls > 0 || (call === 'sendto' && line.includes('"PUT '))) calls++;
    const nth = (counts.get(`${pid} ${call}`) ?? 0) + 1;
    counts.set(`${pid} ${call}`, nth);
    const key = `${call} ${nth}`;
    if (calls > 0 && !seen.has(key)) points.push({ call, nth });
    seen.add(key);
  }
  return { points, calls };
}
