import { inputKey } from '../../contract/keys';
import type { MovedDefault } from '../json/settings-use';
import { commandLine } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { changeLine } from './changes-between';
import type { TemplateContext } from './context';
import type { Move } from './make-default';
import { IMAGE } from './settings-of';

type Context = Pick<TemplateContext, 'system' | 'template'>;

/** Prints what a move of the default changed; how to go on from there is said beside it, on standard error. */
export function printMove(context: Context, { result, note }: Move, options: Globals, said = advice): void {
  if (note && !options.quiet) process.stderr.write(`${note}\n`);
  print(options.json ? result : formatMove(result));
  if (options.json || options.quiet) return;
  for (const line of said(context, result)) process.stderr.write(`${line}\n`);
}

/** The same for people. */
function formatMove({ version, before, is_default, moved, changes }: MovedDefault): string {
  if (is_default && !moved) return `version ${version} is the default already: nothing was changed\n`;
  const lines = [
    moved
      ? `version ${version} is the default now, in place of ${before}: the next jobs start from it, and those that run go on`
      : `version ${version} is written, and ${before} is still the default`,
    ...(changes.length > 0 ? changes.map((change) => `  ${changeLine(change)}`) : ['  no setting differs']),
  ];
  return `${lines.join('\n')}\n`;
}

function advice(context: Context, result: MovedDefault): string[] {
  if (!result.is_default) return tryIt(context, result);
  if (!result.moved) return [];
  const latest = context.template.versions[0]?.number ?? 0;
  const isOld = result.changes.some(({ name }) => name === IMAGE) && result.version < latest;
  return [...(isOld ? ['The next bake gives these settings a new image.'] : []), ...wayBack(context, result)];
}

function tryIt({ system }: Context, { version }: MovedDefault): string[] {
  return [
    'To try it on one job:',
    `  ${commandLine(system, 'submit', 'FILE.zip', '--settings-version', String(version))}`,
    `or upload to ${inputKey('ID', String(version))}. To make it the default:`,
    `  ${commandLine(system, 'settings', 'use', String(version))}`,
  ];
}

/** After `use` a rollback leads to where one was; after a rollback one further back. */
function wayBack({ system }: Context, { before, rollback_to }: MovedDefault): string[] {
  const rollback = `  ${commandLine(system, 'rollback')}`;
  if (rollback_to === before) return ['To go back:', rollback];
  const further = rollback_to === null ? [] : [`To go one further back, to version ${rollback_to}:`, rollback];
  return [...further, `To return to version ${before}:`, `  ${commandLine(system, 'settings', 'use', String(before))}`];
}
