import { DescribeLaunchTemplateVersionsCommand, type EC2Client, type LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import type { Named } from '../shared/command-line';
import { findVersion, versionNumber } from './find-version';
import { newestFirst, readTemplateTags, type SettingsVersion } from './versions';

/** A version to be copied, and the newest ones, among which a copy may be already. */
export interface Source {
  source: SettingsVersion;
  /** Newest first. */
  newest: SettingsVersion[];
}

/** EC2's most versions of one answer. */
const NEWEST = 200;

/**
 * Reads the version that a word names (the default without one) and the newest 200, in one answer or two however many
 * versions there are.
 *
 * @throws UserError when there is no such version, and the SDK's error
 */
export async function readSource(ec2: EC2Client, system: Named, templateId: string, word?: string): Promise<Source> {
  const { defaultVersion, latestVersion } = await readTemplateTags(ec2, templateId);
  const ask = async (which: { MinVersion: string; MaxResults: number } | { Versions: string[] }) => {
    const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, ...which });
    return (await ec2.send(command)).LaunchTemplateVersions ?? [];
  };
  const MinVersion = String(Math.max(1, latestVersion - NEWEST + 1));
  const newest = newestFirst(await ask({ MinVersion, MaxResults: NEWEST }));
  const number = versionNumber({ system, template: { defaultVersion, versions: newest } }, word ?? 'default');
  const isOlder = number !== undefined && newest.every((version) => version.number !== number);
  const older = isOlder ? newestFirst(await ask({ Versions: [String(number)] }).catch(noneFound)) : [];
  const template = { defaultVersion, versions: [...newest, ...older] };
  return { source: findVersion({ system, template }, word), newest };
}

function noneFound(error: Error): LaunchTemplateVersion[] {
  if (/VersionNotFound/.test(error.name)) return [];
  throw error;
}
