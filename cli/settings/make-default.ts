import { UserError } from '../../contract/user-error';
import type { UsedVersion } from '../json/settings-use';
import { changesBetween } from './changes-between';
import type { SettingsContext } from './context';
import { findVersion } from './find-version';
import { launchProblems } from './launch-problems';
import { moveDefault } from './move-default';
import { rollbackTarget } from './rollback-target';
import { settingsOf } from './settings-of';
import type { SettingsVersion } from './versions';

/** A default that was moved, and what is to be said beside it. */
export interface Move {
  result: UsedVersion;
  note?: string;
}

/**
 * Makes a version the default, when a job could run from it. `line`: the defaults so far, ending with it.
 *
 * @throws UserError when no job could run from it (2) or the default has moved meanwhile (3)
 */
export async function makeDefault(
  { ec2, template }: SettingsContext,
  version: SettingsVersion,
  line: readonly number[],
): Promise<Move> {
  const current = findVersion(template);
  const moved = version.number !== current.number;
  const problems = moved ? launchProblems(template, version) : [];
  if (problems.length > 0) {
    throw new UserError(
      `no job could run from version ${version.number}: ${problems.join('; ')}. Version ${current.number} stays the default`,
    );
  }
  const note = moved ? await moveDefault(ec2, template, line) : undefined;
  const changes = changesBetween(settingsOf(current.data), settingsOf(version.data));
  const rollback_to = moved ? (rollbackTarget(template, line)?.version.number ?? null) : null;
  return { result: { version: version.number, before: current.number, moved, changes, rollback_to }, note };
}
