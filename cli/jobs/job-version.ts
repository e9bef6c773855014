import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EXIT, UserError } from '../../contract/user-error';
import { parseChanges } from '../override/changes';
import { writeVersion } from '../override/new-version';
import type { JobSystem } from './job-system';

export interface VersionOptions {
  ref?: string;
  /** `key=value` each. */
  set: string[];
  /** Number of a launch template version. */
  settingsVersion?: string;
  /** The description of a new version; absent: what is set, for which job. */
  note?: string;
}

/**
 * The launch template version that a job is to start from: a new one where settings were given for the job alone, which
 * is a copy of the version that was named or else of the default one. Undefined for the default.
 *
 * @throws UserError for settings that cannot be, and a version that is not there
 */
export async function jobVersion(
  system: JobSystem,
  jobId: string,
  { ref, set, settingsVersion, note }: VersionOptions,
): Promise<string | undefined> {
  const words = [...set, ...(ref === undefined ? [] : [`app_ref=${ref}`])];
  const changes = parseChanges(words);
  if (settingsVersion === undefined && words.length === 0) return undefined;
  const ec2 = new EC2Client(system.client);
  try {
    if (settingsVersion !== undefined) await checkVersion(ec2, system.templateId, settingsVersion);
    if (words.length === 0) return settingsVersion;
    const said = note ?? `submit: ${words.join(' ')} for the job ${jobId}`;
    const options = { note: said, makeDefault: false, source: settingsVersion };
    const { version } = await writeVersion(ec2, system.templateId, changes, options);
    return String(version);
  } finally {
    ec2.destroy();
  }
}

async function checkVersion(ec2: EC2Client, LaunchTemplateId: string, version: string): Promise<void> {
  if (!/^[1-9][0-9]{0,8}$/.test(version)) {
    throw new UserError(`--settings-version ${version}: give the number of a version; lambda-ec2 settings lists them`);
  }
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [version] });
  const found = await ec2.send(command).catch((error: Error) => {
    if (/VersionNotFound/.test(error.name)) return undefined;
    throw error;
  });
  if (found?.LaunchTemplateVersions?.length) return;
  throw new UserError(`there is no launch template version ${version}: lambda-ec2 settings lists them`, EXIT.missing);
}
