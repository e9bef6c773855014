import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { INSTANCE_MARK } from './environment';

const ROUNDS = 100;
const ROUND_MS = 20;

/**
 * Process ids of everything that was started with the mark of an instance or from a program below its root, and of all
 * that these started.
 *
 * The second net below init, for when init itself was killed. The app gets a clean environment, without the mark, but
 * its interpreter lies in the instance; what it started is found through it.
 */
export function instanceProcesses(instanceId: string): number[] {
  const mark = `\0${INSTANCE_MARK}=${instanceId}\0`;
  const children = childrenOf();
  const found = numbersIn('/proc').filter((pid) => {
    const [program = ''] = read(pid, 'cmdline').split('\0');
    return `\0${read(pid, 'environ')}`.includes(mark) || program.includes(`/${instanceId}/root/`);
  });
  return withDescendants(found, children);
}

/** Process ids of all that a process started, directly or not, and that has not ended. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf();
  return withDescendants(children.get(pid) ?? [], children);
}

/** The processes that have not ended, by their parent. */
function childrenOf(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of numbersIn('/proc')) {
    const [, state, parent] = /^.*\) (\S) (\d+) /s.exec(read(pid, 'stat')) ?? [];
    if (state !== 'Z') children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
  }
  return children;
}

function withDescendants(found: number[], children: Map<number, number[]>): number[] {
  const rest = [...found];
  const all = new Set<number>();
  for (let pid = rest.pop(); pid !== undefined; pid = rest.pop()) {
    if (!all.has(pid)) rest.push(...(children.get(pid) ?? []));
    all.add(pid);
  }
  return [...all];
}

/** A file of /proc, empty for another user's process and for one that is gone. */
function read(pid: number, file: 'cmdline' | 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** Kills until nothing marked is left. A killed process may need a moment to go. */
export async function killInstanceProcesses(instanceId: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const pids = instanceProcesses(instanceId);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
}

/** The same for the end of this process, when nothing can be awaited any more. */
export function killAtOnce(find: () => number[]): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < ROUNDS; round++) {
    const pids = find();
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, 'SIGKILL');
    Atomics.wait(nobody, 0, 0, ROUND_MS);
  }
}

/** Like process.kill, but one that is already gone is no error. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function numbersIn(folder: string): number[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
