import { UserError } from '../../contract/user-error';
import { commandLine } from '../shared/command-line';
import { saysTheSame } from './changes-between';
import type { TemplateContext } from './context';
import { findVersion } from './find-version';
import { launchProblems } from './launch-problems';
import { listedVersion } from './listed-version';
import type { SettingsVersion, Versions } from './versions';

/** Where a rollback leads. */
export interface RollbackTarget {
  version: SettingsVersion;
  /** The defaults so far, ending with it. */
  line: number[];
  /** Defaults in between that cannot be used, a sentence each. */
  skipped: string[];
}

const MOST_CANDIDATES = 5;

/**
 * The last default before the present one that says anything else and from which a job could run; undefined when none is
 * known.
 *
 * @param line the defaults so far, oldest first, ending with the present one
 */
export function rollbackTarget(template: Versions, line: readonly number[]): RollbackTarget | undefined {
  const skipped: string[] = [];
  const present = template.versions.find((one) => one.number === line.at(-1));
  for (let at = line.length - 2; at >= 0; at--) {
    const number = line[at] as number;
    if (number === line.at(-1)) continue;
    const version = template.versions.find((one) => one.number === number);
    if (version && present && saysTheSame(version.data, present.data)) continue;
    const problems = version ? launchProblems(template, version) : ['it was deleted'];
    if (version && problems.length === 0) return { version, line: line.slice(0, at + 1), skipped };
    skipped.push(`version ${number} was the default before, and no job could run from it: ${problems.join('; ')}`);
  }
  return undefined;
}

/** A refusal that names the versions a person can choose from. */
export function unknownTarget(context: Pick<TemplateContext, 'system' | 'template'>): UserError {
  const { system, template } = context;
  const { number, data } = findVersion(context);
  const candidates = template.versions
    .filter((one) => !saysTheSame(one.data, data) && launchProblems(template, one).length === 0)
    .slice(0, MOST_CANDIDATES)
    .map((one) => listedVersion(template, one))
    .map(({ version, author, created, note }) => `  ${version}  ${created.slice(0, 16)}  ${author}  ${note}`.trimEnd());
  const unknown = `which version was the default before ${number} is not known: EC2 keeps no record of it`;
  if (candidates.length === 0) return new UserError(`${unknown}, and there is no other from which a job could run`);
  return new UserError(
    `${unknown}; choose one with ${commandLine(system, 'settings', 'use', 'N')}:\n${candidates.join('\n')}`,
  );
}
