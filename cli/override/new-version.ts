import {
  CreateLaunchTemplateVersionCommand,
  type EC2Client,
  type LaunchTemplateTagSpecificationRequest,
  type ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { sharedFiles } from '../../contract/app-files';
import { APP_SETTINGS } from '../../contract/app-settings';
import { architectureOf } from '../../contract/instance-types';
import { PYTHON_TAG, tagProblems } from '../../contract/tags';
import { UserError } from '../../contract/user-error';
import { readDescription } from '../../lambda/publish/description';
import { findImage } from '../../lambda/shared/find-image';
import { defaultsSoFar } from '../settings/defaults';
import { findVersion } from '../settings/find-version';
import { moveDefault } from '../settings/move-default';
import { readVersions } from '../settings/versions';
import type { Changes } from './changes';

/** The version that was written, and the default before and after. */
export interface NewVersion {
  version: number;
  before: number;
  isDefault: boolean;
  /** What is to be said beside it. */
  warning?: string;
}

/**
 * Writes a launch template version that is the default, or the version `source`, with these changes, and makes it the
 * default unless it shall only be tried.
 *
 * A field that a new version names replaces the whole field of its source (CreateLaunchTemplateVersion,
 * EC2 API Reference), so all tags are sent again. Throws a UserError when launches or jobs of the version would fail
 * or somebody else has moved the default meanwhile, and the SDK's error when EC2 refuses.
 */
export async function writeVersion(
  ec2: EC2Client,
  LaunchTemplateId: string,
  changes: Changes,
  options: { note: string; makeDefault: boolean; source?: string },
): Promise<NewVersion> {
  const template = await readVersions(ec2, LaunchTemplateId);
  const { number: source, data: current } = findVersion(template, options.source);
  await checkImage(ec2, current, changes);
  const made = await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId,
      SourceVersion: String(source),
      VersionDescription: descriptionOf(options.note),
      LaunchTemplateData: {
        TagSpecifications: tagsWith(current, changes),
        InstanceType: changes.instanceType as never,
      },
    }),
  );
  const before = template.defaultVersion;
  const version = made.LaunchTemplateVersion?.VersionNumber as number;
  if (!options.makeDefault) return { version, before, isDefault: false };
  const line = [...defaultsSoFar(template, template.defaultsTag), version];
  return { version, before, isDefault: true, warning: await moveDefault(ec2, template, line) };
}

/** A note in the publisher's words would be taken for one of its own. */
function descriptionOf(note: string): string {
  return (readDescription(note) ? `override: ${note}` : note).slice(0, 255);
}

/** The version keeps its image, so it can ask for no other architecture and no other Python than are in that. */
async function checkImage(
  ec2: EC2Client,
  { InstanceType, ImageId }: ResponseLaunchTemplateData,
  { instanceType, settings }: Changes,
): Promise<void> {
  const deploy = 'change that in settings.yaml and deploy, which bakes one';
  if (instanceType && InstanceType && architectureOf(instanceType) !== architectureOf(InstanceType)) {
    const wanted = architectureOf(instanceType);
    throw new UserError(`instance_type: ${instanceType} is ${wanted}, and the image is for ${InstanceType}: ${deploy}`);
  }
  if (settings.python_version === undefined || !ImageId?.startsWith('ami-')) return;
  const image = await findImage(ec2, ImageId);
  const baked = image?.Tags?.find(({ Key }) => Key === PYTHON_TAG)?.Value;
  const wanted = settings.python_version || APP_SETTINGS.python_version.default;
  if (baked && baked !== wanted) {
    throw new UserError(`python_version: ${wanted} is not in the image ${ImageId}, which has ${baked}: ${deploy}`);
  }
}

function tagsWith(data: ResponseLaunchTemplateData, { settings }: Changes): LaunchTemplateTagSpecificationRequest[] {
  const specifications = (data.TagSpecifications ?? []) as LaunchTemplateTagSpecificationRequest[];
  const others = specifications.filter(({ ResourceType }) => ResourceType !== 'instance');
  const present = specifications.find(({ ResourceType }) => ResourceType === 'instance')?.Tags ?? [];
  const tags = Object.fromEntries(present.map(({ Key = '', Value = '' }) => [Key, Value]));
  const changed = Object.fromEntries(
    Object.entries({ ...tags, ...settings }).filter(([name, value]) => value !== '' || !(name in settings)),
  ) as Record<string, string>;
  const problems = tagProblems(changed);
  // An empty tag stands for the default.
  const set = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== ''));
  const [shared] = sharedFiles(set);
  if (shared) {
    throw new UserError(`${shared.name} and ${shared.other} would be the same file: give them different names`);
  }
  if (problems.length > 0) throw new UserError(`no instance could start with these tags: ${problems.join('; ')}`);
  return [
    { ResourceType: 'instance', Tags: Object.entries(changed).map(([Key, Value]) => ({ Key, Value })) },
    ...others,
  ];
}
