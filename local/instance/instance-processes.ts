import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { INSTANCE_MARK } from './environment';

/**
 * Process ids of everything that was started with the mark of an instance or from a program below its root, and of all
 * that these started.
 *
 * The second net below init, for when init itself was killed. The app gets a clean environment, without the mark, but
 * its interpreter lies in the instance; what it started is found through it.
 */
export function instanceProcesses(instanceId: string): number[] {
  const mark = `\0${INSTANCE_MARK}=${instanceId}\0`;
  const children = new Map<number, number[]>();
  const found: number[] = [];
  for (const pid of numbersIn('/proc')) {
    const parent = Number(/^.*\) \S (\d+) /s.exec(read(pid, 'stat'))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    const [program = ''] = read(pid, 'cmdline').split('\0');
    if (`\0${read(pid, 'environ')}`.includes(mark) || program.includes(`/${instanceId}/root/`)) found.push(pid);
  }
  const all = new Set<number>();
  for (let pid = found.pop(); pid !== undefined; pid = found.pop()) {
    if (!all.has(pid)) found.push(...(children.get(pid) ?? []));
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
  for (let round = 0; round < 100; round++) {
    const pids = instanceProcesses(instanceId);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 20));
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
