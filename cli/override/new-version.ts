import {
  CreateLaunchTemplateVersionCommand,
  type EC2Client,
  type LaunchTemplateTagSpecificationRequest,
} from '@aws-sdk/client-ec2';
import { UserError } from '../../contract/user-error';
import { readDescription } from '../../lambda/publish/description';
import type { TemplateData } from '../../lambda/publish/template';
import { saysTheSame } from '../settings/changes-between';
import { readLaunchFacts } from '../settings/launch-facts';
import { launchProblems } from '../settings/launch-problems';
import type { Source } from '../settings/source-version';
import type { SettingsVersion } from '../settings/versions';
import { changedData, checkChanges } from './changed-data';
import type { Changes } from './changes';

/**
 * Writes a launch template version that is a copy of another one with these changes. Nothing is made the default.
 *
 * @throws UserError when no job could run because of the changes, and the SDK's error when EC2 refuses
 */
export async function newVersion(
  ec2: EC2Client,
  LaunchTemplateId: string,
  source: SettingsVersion,
  changes: Changes,
  note: string,
): Promise<SettingsVersion> {
  const data = changedData(source.data, changes);
  checkChanges(await readLaunchFacts(ec2, [source.data, data]), source.data, data);
  return write(ec2, LaunchTemplateId, source, data, note);
}

/**
 * The number of the version that a job is to start from: the source when nothing is changed in it, one of the newest
 * that says the same, so that a job for each commit does not use up EC2's 10,000 versions, else a new one.
 *
 * @param isNamed a person has named the source: then nothing but a version from which a job can run will do
 * @throws UserError when no job could run from it, and the SDK's error when EC2 refuses
 */
export async function versionForJob(
  ec2: EC2Client,
  LaunchTemplateId: string,
  { source, newest }: Source,
  changes: Changes,
  { note, isNamed }: { note: string; isNamed: boolean },
): Promise<number> {
  const data = changedData(source.data, changes);
  const facts = await readLaunchFacts(ec2, [source.data, data]);
  checkChanges(facts, source.data, data);
  const problems = isNamed ? launchProblems(facts, { data }) : [];
  if (problems.length > 0) {
    throw new UserError(`no job could run from version ${source.number}: ${problems.join('; ')}`);
  }
  const same = [source, ...newest].find((version) => saysTheSame(version.data, data));
  return (same ?? (await write(ec2, LaunchTemplateId, source, data, note))).number;
}

/**
 * A field that a new version names replaces the whole field of its source (CreateLaunchTemplateVersion,
 * EC2 API Reference), so all tags are sent again.
 */
async function write(
  ec2: EC2Client,
  LaunchTemplateId: string,
  { number, data: source }: SettingsVersion,
  data: TemplateData,
  note: string,
): Promise<SettingsVersion> {
  const description = descriptionOf(note);
  const { LaunchTemplateVersion: made } = await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId,
      SourceVersion: String(number),
      VersionDescription: description,
      LaunchTemplateData: {
        TagSpecifications: data.TagSpecifications as LaunchTemplateTagSpecificationRequest[],
        InstanceType: data.InstanceType === source.InstanceType ? undefined : data.InstanceType,
      },
    }),
  );
  return { number: made?.VersionNumber as number, description, data, created: '', createdBy: '' };
}

/** A note in the publisher's words would be taken for one of its own. */
function descriptionOf(note: string): string {
  return (readDescription(note) ? `override: ${note}` : note).slice(0, 255);
}
