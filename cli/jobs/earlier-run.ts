import { PutObjectCommand } from '@aws-sdk/client-s3';
import { inputKey } from '../../contract/keys';
import { packageList } from '../../contract/package-list';
import type { Status } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import type { InputObject } from './input';
import type { JobSystem } from './job-system';
import { checkLaunchable } from './job-version';

/** The input that an earlier run had: that very version, or the newest of its key. */
export function inputOf({ bucket }: JobSystem, status: Status, same: boolean): InputObject {
  const key = status.input_key ?? inputKey(status.job_id);
  return { kind: 'object', bucket, key, versionId: same ? (status.input_version ?? undefined) : undefined };
}

/**
 * The settings that hold a run to what an earlier one used: its commit, and its packages, whose list is put into the
 * bucket. Of one that ended before it had them they stay open, which `open` names.
 *
 * @throws UserError when the earlier run tells no launch template version, or no job could run from it any more
 */
export async function sameSettings(
  system: JobSystem,
  status: Status,
): Promise<{ version: string; words: string[]; open: string[] }> {
  const { s3, bucket } = system;
  const { template_version: version, git_commit: commit, packages } = status;
  if (!version) {
    throw new UserError(
      `${status.job_id} had no instance yet, so there is nothing to be the same as: leave --same out`,
      EXIT.usage,
    );
  }
  await checkLaunchable(system, version);
  const words = commit ? [`app_ref=${commit}`] : [];
  const list = packageList(packages ?? []);
  if (list.text !== '') {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: list.key, Body: list.text, ContentType: 'text/plain' }));
    words.push(`app_packages=${list.key}`);
  }
  const open = [...(commit ? [] : ['the commit']), ...(packages ? [] : ['the packages'])];
  return { version, words, open };
}
