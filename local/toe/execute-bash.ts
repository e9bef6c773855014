import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { killInstanceProcesses } from '../instance/instance-processes';
import { runInGroup } from './process';
import { bashIn, pathIn } from './root';
import type { StepContext } from './step-context';

/** Asks AWSTOE to restart the machine and to run the same step again. */
const RESTART = 194;

/**
 * All commands as one script. Its exit status is the step's: nothing stops at a failing command unless it says so.
 *
 * @param limitMs how long it may take
 * @throws Error, one sentence, when it fails
 */
export async function executeBash(
  commands: string[],
  limitMs: number,
  { root, onLine, signal }: StepContext,
): Promise<void> {
  const folder = mkdtempSync(pathIn(root, '/tmp/toe-'));
  const mark = path.basename(folder);
  const script = `/tmp/${mark}/input.sh`;
  try {
    writeFileSync(pathIn(root, script), `${commands.join('\n')}\n`);
    const { program, args, env } = bashIn(root, script, mark);
    const ran = await runInGroup(program, args, { env, cwd: root.dir, limitMs, onLine, signal });
    if (signal?.aborted) throw new Error('interrupted');
    if (ran.timedOut) throw new Error(`not done after ${limitMs / 1000} s`);
    if (ran.code === RESTART)
      throw new Error(`the script asks for a restart (${RESTART}), which no local bake can give`);
    if (ran.code !== 0) throw new Error(`the script ended with exit status ${ran.code ?? 'of a signal'}`);
  } finally {
    // Also what has left the process group.
    await killInstanceProcesses(mark);
    rmSync(folder, { recursive: true, force: true });
  }
}
