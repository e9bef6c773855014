import type { CheckResult } from '../json/doctor';
import { confirm } from '../shared/confirm';
import type { Context } from './context';
import { rebuild } from './index-complete';
import { enablePipeline } from './pipeline';

/** Puts right what a check found, and returns what it did; undefined when it was told not to. */
type Fix = (context: Context) => Promise<string | undefined>;

/** What `doctor --fix` does by itself, by the name of the check: what only adds needs no question. */
const FIXES: Readonly<Record<string, Fix>> = {
  index: rebuild,
  pipeline: async (context) => {
    if (!(await confirm('Switch the image pipeline on again?', context.options))) return undefined;
    await enablePipeline(context);
    return 'the image pipeline is switched on';
  },
};

/**
 * Puts right what can be put right without a person, and says so line by line. Returns whether anything was done.
 * Throws what AWS refuses.
 */
export async function applyFixes(
  checks: readonly CheckResult[],
  context: Context,
  say: (line: string) => void,
): Promise<boolean> {
  let isDone = false;
  for (const { name, state } of checks) {
    if (state !== 'problem') continue;
    const said = await FIXES[name]?.(context);
    if (said) say(said);
    isDone ||= said !== undefined;
  }
  return isDone;
}
