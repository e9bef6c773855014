import type { UsedVersion } from '../json/settings-use';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { changeLine } from './changes-between';
import type { Move } from './make-default';
import { IMAGE } from './settings-of';
import type { Versions } from './versions';

/** Prints what a move of the default changed, and how to go on from there. */
export function printMove({ versions }: Versions, { result, note }: Move, options: Globals): void {
  if (note && !options.quiet) process.stderr.write(`${note}\n`);
  print(options.json ? result : formatMove(result, versions[0]?.number ?? 0));
}

/** The same for people; `latest` is the highest number of all. */
function formatMove({ version, before, moved, changes, rollback_to }: UsedVersion, latest: number): string {
  if (!moved) return `version ${version} is the default already: nothing was changed\n`;
  const lines = [
    `version ${version} is the default now, in place of ${before}: the next jobs start from it, and those that run go on`,
    ...(changes.length > 0 ? changes.map((change) => `  ${changeLine(change)}`) : ['  no setting differs']),
  ];
  if (changes.some(({ name }) => name === IMAGE) && version < latest) {
    lines.push('The next bake gives these settings a new image.');
  }
  lines.push(...wayBack(before, rollback_to));
  return `${lines.join('\n')}\n`;
}

/** After `use` a rollback leads to where one was; after a rollback one further back. */
function wayBack(before: number, rollback_to: number | null): string[] {
  if (rollback_to === before) return ['To go back:', '  lambda-ec2 rollback'];
  const further =
    rollback_to === null ? [] : [`To go one further back, to version ${rollback_to}:`, '  lambda-ec2 rollback'];
  return [...further, `To return to version ${before}:`, `  lambda-ec2 settings use ${before}`];
}
