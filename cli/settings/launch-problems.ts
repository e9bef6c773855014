import { sharedFiles } from '../../contract/app-files';
import { entriesIn, entryOf, entryProblem, sharedNames } from '../../contract/app-maps';
import { APP_SETTING_NAMES, appSetting, ruleOf } from '../../contract/app-settings';
import { showValue } from '../../contract/settings';
import { tagProblems } from '../../contract/tags';
import {
  boots,
  hasPython,
  type ImageInfo,
  lackingPackages,
  type TemplateData,
  type TemplateVersion,
} from '../../lambda/publish/template';
import type { LaunchFacts } from './launch-facts';
import { appValue, instanceTags } from './settings-of';

/** Why no job could run from a version, a clause each; empty when one could, as far as can be told. */
export function launchProblems(facts: LaunchFacts, version: Pick<TemplateVersion, 'data'>): string[] {
  return [...imageProblems(facts, version), ...settingsProblems(facts, version)];
}

/** Whether EC2 has the instance type; where it did not tell, nothing is known to be wrong. */
export function typeProblems({ types }: LaunchFacts, { InstanceType: type }: TemplateData): string[] {
  return !types || !type || types.has(type) ? [] : [`instance_type: EC2 has no ${type} in this Region`];
}

/**
 * Those that another image helps against. A reference (`resolve:ssm:...`) is resolved by EC2 at the launch and belongs
 * to whoever wrote it.
 */
export function imageProblems(facts: LaunchFacts, { data }: Pick<TemplateVersion, 'data'>): string[] {
  const { ImageId: id, InstanceType } = data;
  if (!id) return ['it has no image'];
  if (id.startsWith('resolve:')) return [];
  const image = facts.images.get(id);
  const state = facts.unavailable.get(id);
  if (state) return [`its image ${id} is ${state}`];
  if (!image) return [`its image ${id} is not there: it was removed, or is of an account that does not share it`];
  if (!startsOn(facts, image, data)) return [`its image ${id} is ${image.architecture}, and ${InstanceType} is not`];
  const lacking = lackingPackages(image, data);
  return [
    ...(hasPython(image, data)
      ? []
      : [`its image ${id} has Python ${image.pythonVersion}, and its settings ask for another`]),
    ...(lacking.length === 0
      ? []
      : [`its image ${id} lacks packages that system_packages names: ${lacking.join(', ')}`]),
  ];
}

/** By what EC2 says of the instance type, else by its name. */
function startsOn({ types }: LaunchFacts, image: ImageInfo, data: TemplateData): boolean {
  const architectures = types?.get(data.InstanceType ?? '') ?? [];
  if (architectures.length === 0 || !image.architecture) return boots(image, data);
  return architectures.includes(image.architecture);
}

/** Those that other settings help against. */
export function settingsProblems(facts: LaunchFacts, { data }: Pick<TemplateVersion, 'data'>): string[] {
  const tags = instanceTags(data);
  const wrong = APP_SETTING_NAMES.flatMap((name) => {
    const { value, is_default } = appValue(name, tags[name]);
    const isFine = is_default && appSetting(name).default !== undefined;
    const allowed = isFine ? undefined : ruleOf(name)(value);
    return allowed ? [`${name}: ${showValue(name, value)}: ${allowed}`] : [];
  });
  const variables = entriesIn(tags).flatMap(([tag, value]) => {
    const { map, name } = entryOf(tag) as NonNullable<ReturnType<typeof entryOf>>;
    const problem = entryProblem(map, name, value);
    return problem ? [`${tag}: ${showValue(tag, value)}: ${problem}`] : [];
  });
  const twice = sharedNames(tags).map((name) => `app_env and app_secrets both have ${name}`);
  const set = Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
  const shared = sharedFiles(set).map(({ name, other }) => `${name} and ${other} are the same file`);
  return [...typeProblems(facts, data), ...tagProblems(tags), ...wrong, ...variables, ...twice, ...shared];
}
