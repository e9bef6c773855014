import { EXIT } from '../../contract/user-error';
import type { Globals } from '../shared/globals';
import { type SettingsContext, withVersions } from './context';
import { defaultsSoFar } from './defaults';
import { findVersion } from './find-version';
import { makeDefault } from './make-default';
import { printMove } from './print-move';
import { type RollbackTarget, rollbackTarget, unknownTarget } from './rollback-target';

/**
 * `rollback [N]`: makes the version the default that was it before. A second one goes one further back, and not forth
 * again: what one has just left at night is not where one wants to be. Returns the exit status.
 */
export function rollback(word: string | undefined, options: Globals): Promise<number> {
  return withVersions(options, async (context) => {
    const { template } = context;
    const line = defaultsSoFar(template, template.defaultsTag);
    const target = word === undefined ? rollbackTarget(template, line) : named(context, line, word);
    if (!target) throw unknownTarget(context);
    for (const sentence of options.quiet ? [] : target.skipped) process.stderr.write(`${sentence}\n`);
    printMove(context, await makeDefault(context, target.version, target.line), options);
    return EXIT.done;
  });
}

function named(context: SettingsContext, line: readonly number[], word: string): RollbackTarget {
  const version = findVersion(context, word);
  const at = line.lastIndexOf(version.number);
  return { version, line: at < 0 ? [...line, version.number] : line.slice(0, at + 1), skipped: [] };
}
