import { DeleteLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { errorMessage } from '../../lambda/shared/error-message';
import type { PrunedVersions } from '../json/settings-prune';

/** EC2's most for one call ("DeleteLaunchTemplateVersions", EC2 API Reference). */
const BATCH = 200;

/** Deletes versions. Never rejects: what was deleted and what was not is the result. */
export async function deleteVersions(
  ec2: EC2Client,
  LaunchTemplateId: string,
  numbers: readonly number[],
): Promise<Pick<PrunedVersions, 'deleted' | 'failed'>> {
  const deleted: number[] = [];
  const failed: PrunedVersions['failed'] = [];
  for (let start = 0; start < numbers.length; start += BATCH) {
    const batch = numbers.slice(start, start + BATCH);
    const command = new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: batch.map(String) });
    try {
      const answer = await ec2.send(command);
      deleted.push(
        ...(answer.SuccessfullyDeletedLaunchTemplateVersions ?? []).map(({ VersionNumber = 0 }) => VersionNumber),
      );
      for (const { VersionNumber = 0, ResponseError } of answer.UnsuccessfullyDeletedLaunchTemplateVersions ?? []) {
        failed.push({ version: VersionNumber, message: ResponseError?.Message ?? ResponseError?.Code ?? 'unknown' });
      }
    } catch (error) {
      failed.push(...batch.map((version) => ({ version, message: errorMessage(error) })));
    }
  }
  return { deleted, failed };
}
