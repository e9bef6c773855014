import { UserError } from '../../contract/user-error';
import type { MovedDefault } from '../json/settings-use';
import { changesBetween } from './changes-between';
import type { TemplateContext } from './context';
import { findVersion } from './find-version';
import { launchProblems } from './launch-problems';
import { moveDefault } from './move-default';
import { rollbackTarget } from './rollback-target';
import { settingsOf } from './settings-of';
import type { SettingsVersion } from './versions';

/** A default that was moved, and what is to be said beside it. */
export interface Move {
  result: MovedDefault;
  note?: string;
}

/**
 * Makes a version the default, when a job could run from it. `line`: the defaults so far, ending with it.
 *
 * @throws UserError when no job could run from it (2) or the default has moved meanwhile (3)
 */
export async function makeDefault(
  context: TemplateContext,
  version: SettingsVersion,
  line: readonly number[],
): Promise<Move> {
  const { number: current } = findVersion(context);
  const problems = version.number === current ? [] : launchProblems(context.template, version);
  if (problems.length > 0) {
    throw new UserError(
      `no job could run from version ${version.number}: ${problems.join('; ')}. Version ${current} stays the default`,
    );
  }
  return moveTo(context, version, line);
}

/** The same of a version that was looked at. Throws a UserError when the default has moved meanwhile (3). */
export async function moveTo(
  context: TemplateContext,
  version: SettingsVersion,
  line: readonly number[],
): Promise<Move> {
  const { template } = context;
  const current = findVersion(context);
  const moved = version.number !== current.number;
  const note = moved ? await moveDefault(context, line) : undefined;
  const result: MovedDefault = {
    template_id: template.templateId,
    version: version.number,
    before: current.number,
    is_default: true,
    moved,
    changes: changesBetween(settingsOf(current.data), settingsOf(version.data)),
    rollback_to: moved ? (rollbackTarget(template, line)?.version.number ?? null) : null,
  };
  return { result, note };
}
