import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from a later one that got the same number. */
export interface ProcessMark {
  pid: number;
  /** When it started: the boot of the machine, and clock ticks since then. */
  started: string;
  /** In which machine or container its number means something. */
  where: string;
}

/** The mark of this process. */
export function ownMark(): ProcessMark {
  return { pid: process.pid, started: startOf(process.pid) ?? '', where: here() };
}

/**
 * Whether a marked process is there. Of a process of another container or machine, with which this one only shares a
 * folder, nothing can be seen: `unknown`.
 */
export function stateOf({ pid, started, where }: ProcessMark): 'alive' | 'dead' | 'unknown' {
  if (where !== here()) return 'unknown';
  return startOf(pid) === started ? 'alive' : 'dead';
}

/** Undefined for a process that is not there, or that has ended and was not waited for. */
function startOf(pid: number): string | undefined {
  try {
    // After the program's name, which may hold anything: the state, and 19 fields later the start (proc_pid_stat(5)).
    const fields = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : `${bootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

function here(): string {
  try {
    return `${hostname()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
