import { EXIT } from '../../contract/user-error';
import type { SettingsDiff } from '../json/settings-diff';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { changeLine, changesBetween } from './changes-between';
import { type SettingsContext, withVersions } from './context';
import { fileSettings } from './file-settings';
import { findVersion } from './find-version';
import { type Setting, settingsOf } from './settings-of';

/** What is compared: a version, or a settings file. */
interface Side {
  label: number | string;
  settings: Setting[];
}

/**
 * `settings diff`: what differs between two versions, or between one and settings.yaml. Returns the exit status, which
 * is the same whether anything differs or not, as of every command that found out what it was asked.
 */
export function diff(from: string | undefined, to: string | undefined, options: Globals): Promise<number> {
  const [older, newer] = [from ?? 'default', to ?? (from === undefined ? 'settings.yaml' : 'default')];
  return withVersions(options, async (context) => {
    const sides = [sideOf(context, older), sideOf(context, newer)] as const;
    const withFile = sides.some(({ label }) => typeof label === 'string');
    const [a, b] = sides.map(({ settings }) => (withFile ? settings.filter(isSetting) : settings));
    const changes = changesBetween(a ?? [], b ?? []);
    const result: SettingsDiff = { from: sides[0].label, to: sides[1].label, changes };
    print(options.json ? result : formatDiff(result));
    return EXIT.done;
  });
}

function sideOf(context: SettingsContext, word: string): Side {
  if (/\.ya?ml$|\//.test(word)) return { label: word, settings: fileSettings(word).settings };
  const version = findVersion(context, word);
  return { label: version.number, settings: settingsOf(version.data) };
}

/** A file knows nothing of an image, and says the rest in other words than EC2. */
const isSetting = ({ is_setting }: Setting) => is_setting;

function formatDiff({ from, to, changes }: SettingsDiff): string {
  const name = (label: number | string) => (typeof label === 'number' ? `version ${label}` : label);
  if (changes.length === 0) return `${name(from)} and ${name(to)} say the same\n`;
  return `${name(from)} -> ${name(to)}\n${changes.map((change) => `  ${changeLine(change)}\n`).join('')}`;
}
