import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { entryOf } from '../../contract/app-maps';
import { appSetting, isAppSetting } from '../../contract/app-settings';
import { nearestName } from '../../contract/nearest-name';
import { SETTING_NAMES, type Settings } from '../../contract/settings';
import { checkSettings, readSettings, TEXT_SETTINGS } from '../../contract/settings-load';
import { UserError } from '../../contract/user-error';
import type { AppSource } from './app-source';

const DEFAULT_FILE = 'settings.yaml';

/** What the command line says of the settings. */
export interface LocalSettingsOptions {
  /** Instead of settings.yaml. */
  file?: string;
  app?: AppSource;
  ref?: string;
  /** `key=value` each. */
  set: string[];
}

/**
 * The settings of a local command: settings.yaml (or `file`) with what the command line says on top.
 *
 * @throws UserError for a missing file or a malformed `--set`, SettingsError for the settings themselves.
 */
export function localSettings({ file: named, app, ref, set }: LocalSettingsOptions): Settings {
  const file = named ?? DEFAULT_FILE;
  const isThere = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isThere && named !== undefined) throw new UserError(`--settings ${file}: there is no such file`);
  const given: Record<string, unknown> = isThere ? readSettings(readFileSync(file, 'utf8'), file) : {};
  if (app) given.app_url = app.url;
  // A folder is read without a credential, whatever its repository needs.
  if (app?.url.startsWith('file:')) given.app_credentials = '';
  if (ref !== undefined) given.app_ref = ref;
  const variables = set.filter((pair) => entryOf(pair.split('=', 1)[0] as string));
  const settings = { ...given, ...parseSet(set.filter((pair) => !variables.includes(pair))) };
  return checkSettings(withVariables(settings, variables), isThere ? file : 'settings');
}

/** `--set app_env.NAME=value`: one variable beside those of the map, or with an empty value without it. */
function withVariables(settings: Record<string, unknown>, pairs: string[]): Record<string, unknown> {
  const all = { ...settings };
  for (const pair of pairs) {
    const [tag, value] = splitOnce(pair);
    const { map = '', name = '' } = entryOf(tag) ?? {};
    if (value === undefined) throw new UserError(`--set ${tag}: write it as ${tag}=value`);
    all[map] = { ...(all[map] as object | undefined), [name]: value };
  }
  return all;
}

function splitOnce(pair: string): [string, string?] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair] : [pair.slice(0, at), pair.slice(at + 1)];
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
      return [name, settingOf(name, pair.slice(at + 1))];
    }),
  );
}

function settingOf(name: string, text: string): unknown {
  const isText = isAppSetting(name) ? appSetting(name).kind !== 'boolean' : TEXT_SETTINGS.has(name);
  if (isText) return text;
  try {
    return parse(text);
  } catch {
    throw new UserError(`--set ${name}=${text}: the value is no YAML; write it as in settings.yaml`);
  }
}
