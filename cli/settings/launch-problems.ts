import { sharedFiles } from '../../contract/app-files';
import { APP_SETTING_NAMES, appSetting, ruleOf } from '../../contract/app-settings';
import { showValue } from '../../contract/settings';
import { tagProblems } from '../../contract/tags';
import { boots, suits, type TemplateVersion } from '../../lambda/publish/template';
import { appValue, instanceTags } from './settings-of';
import type { Images } from './versions';

/** Why no job could run from a version, a clause each; empty when one could, as far as can be told. */
export function launchProblems(template: Images, version: TemplateVersion): string[] {
  return [...imageProblems(template, version), ...settingsProblems(version)];
}

/**
 * Those that another image helps against. A reference (`resolve:ssm:...`) is resolved by EC2 at the launch and belongs
 * to whoever wrote it.
 */
export function imageProblems({ images, unavailable }: Images, { data }: TemplateVersion): string[] {
  const { ImageId: id, InstanceType } = data;
  if (!id) return ['it has no image'];
  if (id.startsWith('resolve:')) return [];
  const image = images.get(id);
  const state = unavailable.get(id);
  if (state) return [`its image ${id} is ${state}`];
  if (!image) return [`its image ${id} is not there: it was removed, or is of an account that does not share it`];
  if (!boots(image, data)) return [`its image ${id} is ${image.architecture}, and ${InstanceType} is not`];
  return suits(image, data)
    ? []
    : [`its image ${id} has Python ${image.pythonVersion}, and its settings ask for another`];
}

/** Those that other settings help against. */
export function settingsProblems({ data }: TemplateVersion): string[] {
  const tags = instanceTags(data);
  const wrong = APP_SETTING_NAMES.flatMap((name) => {
    const { value, is_default } = appValue(name, tags[name]);
    const isFine = is_default && appSetting(name).default !== undefined;
    const allowed = isFine ? undefined : ruleOf(name)(value);
    return allowed ? [`${name}: ${showValue(name, value)}: ${allowed}`] : [];
  });
  const set = Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
  const shared = sharedFiles(set).map(({ name, other }) => `${name} and ${other} are the same file`);
  return [...tagProblems(tags), ...wrong, ...shared];
}
