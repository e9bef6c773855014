import type { ResponseLaunchTemplateData, TagSpecification } from '@aws-sdk/client-ec2';
import { sharedFiles } from '../../contract/app-files';
import { sharedNames } from '../../contract/app-maps';
import { APP_SETTINGS } from '../../contract/app-settings';
import { architectureOf } from '../../contract/instance-types';
import { tagProblems } from '../../contract/tags';
import { UserError } from '../../contract/user-error';
import type { TemplateData } from '../../lambda/publish/template';
import type { LaunchFacts } from '../settings/launch-facts';
import { launchProblems, typeProblems } from '../settings/launch-problems';
import { instanceTags } from '../settings/settings-of';
import type { Changes } from './changes';

/** What a version would say that is a copy of one with these changes. Throws a UserError for tags that cannot be. */
export function changedData(source: TemplateData, changes: Changes): TemplateData {
  const { instanceType = source.InstanceType } = changes;
  return { ...source, InstanceType: instanceType as never, TagSpecifications: tagsWith(source, changes) };
}

/**
 * Refuses changes because of which no job could run. What was wrong before them is not theirs: a new system has no image
 * before its first bake, and its settings can be changed all the same.
 *
 * @throws UserError
 */
export function checkChanges(facts: LaunchFacts, source: TemplateData, data: TemplateData): void {
  const before = launchProblems(facts, { data: source });
  const isNew = (problem: string) => !before.includes(problem);
  const [type] = typeProblems(facts, data).filter(isNew);
  if (type) throw new UserError(type);
  checkImage(facts, source, data);
  const problems = launchProblems(facts, { data }).filter(isNew);
  if (problems.length > 0) throw new UserError(`no job could run with that: ${problems.join('; ')}`);
}

/** The version keeps its image, so it can ask for no other architecture and no other Python than are in that. */
function checkImage({ images }: LaunchFacts, source: TemplateData, data: TemplateData): void {
  const deploy = 'change that in settings.yaml and deploy, which bakes one';
  const [present, type] = [source.InstanceType, data.InstanceType];
  if (type && present && architectureOf(type) !== architectureOf(present)) {
    throw new UserError(
      `instance_type: ${type} is ${architectureOf(type)}, and the image is for ${present}: ${deploy}`,
    );
  }
  const baked = images.get(data.ImageId ?? '')?.pythonVersion;
  const wanted = pythonOf(data);
  if (baked && baked !== wanted && pythonOf(source) !== wanted) {
    throw new UserError(`python_version: ${wanted} is not in the image ${data.ImageId}, which has ${baked}: ${deploy}`);
  }
}

const pythonOf = (data: TemplateData) => instanceTags(data).python_version || APP_SETTINGS.python_version.default;

function tagsWith(data: ResponseLaunchTemplateData, { settings }: Changes): TagSpecification[] {
  const others = (data.TagSpecifications ?? []).filter(({ ResourceType }) => ResourceType !== 'instance');
  const changed = Object.fromEntries(
    Object.entries({ ...instanceTags(data), ...settings }).filter(
      ([name, value]) => value !== '' || !(name in settings),
    ),
  ) as Record<string, string>;
  const problems = tagProblems(changed);
  // An empty tag stands for the default.
  const set = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== ''));
  const [shared] = sharedFiles(set);
  if (shared) {
    throw new UserError(`${shared.name} and ${shared.other} would be the same file: give them different names`);
  }
  const [twice] = sharedNames(set);
  if (twice) throw new UserError(`app_env and app_secrets would both have ${twice}: set one of them to nothing`);
  if (problems.length > 0) throw new UserError(`no instance could start with these tags: ${problems.join('; ')}`);
  const Tags = Object.entries(changed).map(([Key, Value]) => ({ Key, Value }));
  return [{ ResourceType: 'instance', Tags }, ...others];
}
