import { spawn } from 'node:child_process';
import { kill } from '../instance/instance-processes';

export interface ProcessResult {
  /** null when a signal ended it. */
  code: number | null;
  /** Ended by us, at its limit. */
  timedOut: boolean;
}

export interface RunOptions {
  env: Record<string, string>;
  cwd: string;
  limitMs: number;
  /** Receives both streams, a line each. */
  onLine: (line: string) => void;
  signal?: AbortSignal;
}

const DRAIN_MS = 1000;

/**
 * Runs a program in a process group of its own and resolves when it has ended. Whatever is left of the group then, at
 * the limit, or when the signal says so, is killed.
 */
export function runInGroup(program: string, args: string[], options: RunOptions): Promise<ProcessResult> {
  const { env, cwd, limitMs, onLine, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.once('error', reject);
    let timedOut = false;
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      stream.on('end', () => rest && onLine(rest));
    }
    const end = () => child.pid !== undefined && kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, limitMs);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    child.once('exit', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      end();
      const finish = () => resolve({ code, timedOut });
      // A process that left the group may hold the streams open for ever.
      const drained = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drained);
        finish();
      });
    });
  });
}
