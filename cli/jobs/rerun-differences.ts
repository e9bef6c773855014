import { EC2Client } from '@aws-sdk/client-ec2';
import type { Status } from '../../contract/status';
import { errorMessage } from '../../lambda/shared/error-message';
import { changeLine, changesBetween } from '../settings/changes-between';
import { settingsOf } from '../settings/settings-of';
import { readVersions } from '../settings/versions';
import type { JobSystem } from './job-system';

/**
 * What a rerun with today's settings and the newest commit has other than the earlier run, as lines. Whoever may not read
 * the settings may rerun all the same.
 */
export async function differences(system: JobSystem, status: Status, asked: readonly string[]): Promise<string[]> {
  const ec2 = new EC2Client(system.client);
  try {
    const { versions, defaultVersion } = await readVersions(ec2, system.templateId);
    const of = (number: string) => versions.find((version) => String(version.number) === number);
    const [before, now] = [of(status.template_version ?? ''), of(String(defaultVersion))];
    const changes = before && now ? changesBetween(settingsOf(before.data), settingsOf(now.data)).map(changeLine) : [];
    const all = [...changes, ...asked.map((word) => `${word} for this run`)];
    const from = status.template_version ? `version ${status.template_version}` : 'none';
    const same = before ? 'as they were' : 'what differs is not known';
    return [
      `settings: ${from} -> version ${defaultVersion}: ${all.length > 0 ? all.join('; ') : same}`,
      `commit: ${status.git_commit?.slice(0, 7) ?? 'none'} -> the newest`,
    ];
  } catch (error) {
    return [`settings: what differs is not known: ${errorMessage(error)}`];
  } finally {
    ec2.destroy();
  }
}
