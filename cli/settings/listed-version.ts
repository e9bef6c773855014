import type { ListedVersion } from '../json/settings-history';
import { authorOf } from './author';
import { changesBetween } from './changes-between';
import { defaultsSoFar } from './defaults';
import { settingsOf } from './settings-of';
import type { SettingsVersion, Versions } from './versions';

/** A version in short, with what it changed. */
export function listedVersion(template: Versions, version: SettingsVersion): ListedVersion {
  const { writer, name, why } = authorOf(template, version);
  const before = versionBefore(template, version);
  return {
    version: version.number,
    is_default: version.number === template.defaultVersion,
    created: version.created,
    writer,
    author: name,
    created_by: version.createdBy,
    note: why,
    image_id: version.data.ImageId ?? null,
    compared_with: before?.number ?? null,
    changes: before ? changesBetween(settingsOf(before.data), settingsOf(version.data)) : [],
  };
}

/** The version that was the default when this one became it, as far as known, else the one numbered before. */
function versionBefore(template: Versions, { number }: SettingsVersion): SettingsVersion | undefined {
  const before = defaultsSoFar({ ...template, defaultVersion: number }, template.defaultsTag).at(-2);
  const earlier = template.versions.filter((one) => one.number < number);
  return earlier.find((one) => one.number === before) ?? earlier[0];
}
