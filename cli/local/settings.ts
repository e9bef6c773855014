import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { nearestName } from '../../contract/nearest-name';
import { SETTING_NAMES, type Settings } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import { UserError } from '../user-error';

const DEFAULT_FILE = 'settings.yaml';

/**
 * The settings of a local run: settings.yaml (or `file`) with what the command line says on top.
 *
 * @throws UserError for a missing file or a malformed `--set`, SettingsError for the settings themselves.
 */
export function localSettings(options: { file?: string; overrides: Record<string, string>; set: string[] }): Settings {
  const file = options.file ?? DEFAULT_FILE;
  if (options.file !== undefined && !existsSync(file)) {
    throw new UserError(`--settings ${file}: there is no such file`);
  }
  const base = existsSync(file) ? ((parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null) ?? {}) : {};
  return checkSettings(
    { ...base, ...options.overrides, ...parseSet(options.set) },
    existsSync(file) ? file : 'settings',
  );
}

/** `--set key=value` as settings; a value is read as YAML, so that `true` and `16` are what they are in the file. */
function parseSet(pairs: string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UserError(`--set ${pair}: write it as key=value, for instance --set ec2_timeout=15m`);
      const name = pair.slice(0, at);
      if (!(SETTING_NAMES as readonly string[]).includes(name)) {
        const near = nearestName(name, SETTING_NAMES);
        const hint = near ? `did you mean ${near}?` : 'all are in settings.yaml of the repository';
        throw new UserError(`--set ${pair}: there is no setting ${name}: ${hint}`);
      }
      const text = pair.slice(at + 1);
      return [
        name,
        name.startsWith('app_') && name !== 'app_aws_access' ? text : name === 'python_version' ? text : parse(text),
      ];
    }),
  );
}
