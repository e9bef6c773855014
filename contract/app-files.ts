import { APP_SETTING_NAMES, type AppSettingName, appSetting } from './app-settings';

// A module is not written as any path is.
const FILES = APP_SETTING_NAMES.filter((name) => ['path', 'main'].includes(appSetting(name).kind));

/**
 * The settings that name a file which an earlier one names already: the runner would put one in the place of the other.
 * A setting that is missing has its default.
 */
export function sharedFiles(settings: Readonly<Record<string, unknown>>): {
  name: AppSettingName;
  other: AppSettingName;
}[] {
  const file = (name: AppSettingName) => settings[name] ?? appSetting(name).default;
  return FILES.flatMap((name, index) => {
    const other = FILES.slice(0, index).find((earlier) => file(earlier) === file(name));
    return other ? [{ name, other }] : [];
  });
}
