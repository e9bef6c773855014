import { EC2Client } from '@aws-sdk/client-ec2';
import { UserError } from '../../contract/user-error';
import { parseChanges } from '../override/changes';
import { versionForJob } from '../override/new-version';
import { readSource } from '../settings/source-version';
import { commandLine } from '../shared/command-line';
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
 * The launch template version that a job is to start from: where settings were given for the job alone, one that is a
 * copy of the version that was named or else of the default one. Undefined for the default.
 *
 * @throws UserError for settings that cannot be, and for a version that is not there or from which no job could run
 */
export async function jobVersion(
  system: JobSystem,
  jobId: string,
  { ref, set, settingsVersion, note }: VersionOptions,
): Promise<string | undefined> {
  const words = [...set, ...(ref === undefined ? [] : [`app_ref=${ref}`])];
  const changes = parseChanges(words);
  const isNamed = settingsVersion !== undefined;
  if (!isNamed && words.length === 0) return undefined;
  if (isNamed && !/^[1-9][0-9]{0,8}$/.test(settingsVersion)) {
    const list = commandLine(system, 'settings');
    throw new UserError(`--settings-version ${settingsVersion}: give the number of a version; ${list} lists them`);
  }
  const ec2 = new EC2Client(system.client);
  try {
    const source = await readSource(ec2, system, system.templateId, settingsVersion);
    const said = note ?? `submit: ${words.join(' ')} for the job ${jobId}`;
    return String(await versionForJob(ec2, system.templateId, source, changes, { note: said, isNamed }));
  } finally {
    ec2.destroy();
  }
}

/** Throws a UserError when there is no such version (5) or no job could run from it (2). */
export async function checkLaunchable(system: JobSystem, settingsVersion: string): Promise<void> {
  await jobVersion(system, '', { set: [], settingsVersion });
}
