import fs from 'node:fs';
import path from 'node:path';
import type { ActionInputs } from '../../../imagebuilder/actions';
import { killLeftovers } from '../../instance/leftovers';
import { runInGroup } from '../process';
import { bashIn, pathIn } from '../root';
import type { ActionContext, ActionResult } from './context';

/** Asks AWSTOE to restart the machine and to run the same step again. */
const RESTART = 194;

/** All commands as one script. Its exit status is the step's: nothing stops at a failing command unless it says so. */
export async function executeBash(
  { commands }: ActionInputs<'ExecuteBash'>,
  { root, limitMs, onLine, signal }: ActionContext,
): Promise<ActionResult> {
  const folder = fs.mkdtempSync(pathIn(root, '/tmp/toe-'));
  const mark = path.basename(folder);
  const script = `/tmp/${mark}/input.sh`;
  try {
    fs.writeFileSync(pathIn(root, script), `${commands.join('\n')}\n`);
    const { program, args, env } = bashIn(root, script, mark);
    const ran = await runInGroup(program, args, { env, cwd: root.dir, limitMs, onLine, signal });
    if (signal?.aborted) throw new Error('interrupted');
    if (ran.timedOut) throw new Error(`not done after ${limitMs / 1000} s`);
    if (ran.code === RESTART) return { stdout: ran.stdout, restart: true };
    if (ran.code !== 0) throw new Error(`the script ended with exit status ${ran.code ?? 'of a signal'}`);
    return { stdout: ran.stdout };
  } finally {
    // Also what has left the process group.
    await killLeftovers(mark);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
