import * as fs from 'node:fs';
import { INSTANCE_MARK } from './environment';

/**
 * Process ids of everything that was started with the mark of an instance.
 *
 * The second net below init, for when init itself was killed: a process that cleaned its environment slips through this
 * one, but not through init's, which follows parents.
 */
export function markedProcesses(instanceId: string): number[] {
  const mark = `\0${INSTANCE_MARK}=${instanceId}\0`;
  return numbersIn('/proc').filter((pid) => {
    try {
      return `\0${fs.readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(mark);
    } catch {
      // Another user's, or gone.
      return false;
    }
  });
}

/** Kills until nothing marked is left. A killed process may need a moment to go. */
export async function killLeftovers(instanceId: string): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const pids = markedProcesses(instanceId);
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
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
