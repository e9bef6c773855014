import { EXIT, UserError } from '../../contract/user-error';
import type { SettingsVersion, Versions } from './versions';

/**
 * The version that a person means: its number, `default`, `latest`, or nothing for the default.
 *
 * @throws UserError when it is no number (2), or there is no such version (5)
 */
export function findVersion(template: Versions, word = 'default'): SettingsVersion {
  const number = numberOf(template, word);
  const found = template.versions.find((version) => version.number === number);
  if (found) return found;
  throw new UserError(
    `there is no version ${number}: there are ${template.versions.length}, the latest is ${template.versions[0]?.number}; ` +
      'lambda-ec2 settings lists them',
    EXIT.missing,
  );
}

function numberOf({ defaultVersion, versions }: Versions, word: string): number | undefined {
  const named = word.replace(/^\$/, '').toLowerCase();
  if (named === 'default') return defaultVersion;
  if (named === 'latest') return versions[0]?.number;
  if (/^v?[0-9]{1,9}$/.test(named)) return Number(named.replace('v', ''));
  throw new UserError(`${word} is no version: give a number, default or latest; lambda-ec2 settings lists them`);
}
