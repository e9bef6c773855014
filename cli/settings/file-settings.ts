import { existsSync } from 'node:fs';
import { APP_SETTING_NAMES } from '../../contract/app-settings';
import { type Settings, settingsTags } from '../../contract/settings';
import { loadSettings } from '../../contract/settings-load';
import { PRICE_TAG, SYSTEM_PACKAGES_TAG } from '../../contract/tags';
import { UserError } from '../../contract/user-error';
import { appValue, demandsIn, type InstanceSettings, ownTags, type Setting, variablesIn } from './settings-of';

/** The settings of a file that a launch template version holds: what a deploy would write into the next one. */
export interface FileSettings {
  file: string;
  /** Of the stack. */
  name: string;
  settings: Setting[];
}

/** Throws a UserError when there is no such file, and a SettingsError for what is wrong in it. */
export function fileSettings(file: string): FileSettings {
  if (!existsSync(file)) throw new UserError(`${file}: there is no such file here`);
  const settings = loadSettings(file);
  return { file, name: settings.name, settings: settingsIn(settings) };
}

function settingsIn(settings: Settings): Setting[] {
  const tags = settingsTags(settings);
  const instance: InstanceSettings = {
    instance_type: settings.instance_types[0] ?? '',
    volume_size_gib: String(settings.volume_size_gib),
    volume_initialization_rate: String(settings.volume_initialization_rate),
    spot: String(settings.spot),
    kms_key_arn: settings.kms_key_arn,
    detailed_monitoring: String(settings.detailed_monitoring),
  };
  const others = {
    ...instance,
    [PRICE_TAG]: tags[PRICE_TAG] ?? '0',
    [SYSTEM_PACKAGES_TAG]: tags[SYSTEM_PACKAGES_TAG] ?? '',
    ...demandsIn(tags),
  };
  return [
    ...APP_SETTING_NAMES.map((name) => appValue(name, tags[name])),
    ...variablesIn(tags),
    ...Object.entries(others).map(([name, value]) => ({ name, value, is_default: false, is_setting: true })),
    ownTags(settings.tags),
  ];
}
