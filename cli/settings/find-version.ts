import { isAppSetting } from '../../contract/app-settings';
import { EXIT, UserError } from '../../contract/user-error';
import { commandLine, type Named } from '../shared/command-line';
import type { SettingsVersion, Versions } from './versions';

/** Where a version is looked for. */
export interface Among {
  system: Named;
  template: Pick<Versions, 'defaultVersion' | 'versions'>;
}

/**
 * The version that a person means: its number, `default`, `latest`, or nothing for the default.
 *
 * @throws UserError when it is no number (2), or there is no such version (5)
 */
export function findVersion(among: Among, word = 'default'): SettingsVersion {
  const { system, template } = among;
  const number = versionNumber(among, word);
  const found = template.versions.find((version) => version.number === number);
  if (found) return found;
  const list = commandLine(system, 'settings');
  throw new UserError(
    `there is no version ${number}: the latest is ${template.versions[0]?.number}; ${list} lists them`,
    EXIT.missing,
  );
}

/** The number that a word stands for. Throws a UserError for a word that stands for none. */
export function versionNumber({ system, template }: Among, word: string): number | undefined {
  const named = word.replace(/^\$/, '').toLowerCase();
  if (named === 'default') return template.defaultVersion;
  if (named === 'latest') return template.versions[0]?.number;
  if (/^v?[0-9]{1,9}$/.test(named)) return Number(named.replace('v', ''));
  if (isAppSetting(word)) {
    throw new UserError(
      `${word} is a setting and no version: ${commandLine(system, 'settings', 'show')} has its value`,
    );
  }
  const list = commandLine(system, 'settings');
  throw new UserError(`${word} is no version: give a number, default or latest; ${list} lists them`);
}
