import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type LaunchTemplateTagSpecificationRequest,
  ModifyLaunchTemplateCommand,
  type ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { tagProblems } from '../../contract/tags';
import { UserError } from '../user-error';
import type { Changes } from './changes';

/** The version that was written, and the default before and after. */
export interface NewVersion {
  version: number;
  before: number;
  isDefault: boolean;
}

/**
 * Writes a launch template version that is the default with these changes, and makes it the default unless it shall
 * only be tried.
 *
 * A field that a new version names replaces the whole field of its source (CreateLaunchTemplateVersion,
 * EC2 API Reference), so all tags are sent again. Throws a UserError when launches of the version would fail, and the SDK's
 * error when EC2 refuses.
 */
export async function writeVersion(
  ec2: Pick<EC2Client, 'send'>,
  LaunchTemplateId: string,
  changes: Changes,
  options: { note: string; makeDefault: boolean },
): Promise<NewVersion> {
  const { LaunchTemplateVersions = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Default'] }),
  );
  const current = LaunchTemplateVersions[0];
  const before = current?.VersionNumber;
  if (before === undefined) throw new UserError(`the launch template ${LaunchTemplateId} has no default version`);
  const made = await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId,
      SourceVersion: String(before),
      VersionDescription: options.note.slice(0, 255),
      LaunchTemplateData: {
        TagSpecifications: tagsWith(current?.LaunchTemplateData ?? {}, changes),
        ...(changes.instanceType && { InstanceType: changes.instanceType as never }),
      },
    }),
  );
  const version = made.LaunchTemplateVersion?.VersionNumber as number;
  if (options.makeDefault) {
    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: String(version) }));
  }
  return { version, before, isDefault: options.makeDefault };
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
  if (problems.length > 0) throw new UserError(`no instance could start with these tags: ${problems.join('; ')}`);
  return [
    { ResourceType: 'instance', Tags: Object.entries(changed).map(([Key, Value]) => ({ Key, Value })) },
    ...others,
  ];
}
