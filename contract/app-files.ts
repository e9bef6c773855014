import type { AppSettingName } from './tags';

const FILES = ['app_main', 'app_requirements', 'app_in_zip', 'app_out_zip', 'app_log'] as const;

/** The settings that name a file which an earlier one names already: the runner would put one in the place of the other. */
export function sharedFiles(
  settings: Readonly<Record<(typeof FILES)[number], string>>,
): { name: AppSettingName; other: AppSettingName }[] {
  return FILES.flatMap((name, index) => {
    const other = FILES.slice(0, index).find((earlier) => settings[earlier] === settings[name]);
    return other ? [{ name, other }] : [];
  });
}
