import { EXIT } from '../../contract/user-error';
import type { PrunedVersions } from '../json/settings-prune';
import { confirm } from '../shared/confirm';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { spanOption } from '../shared/spans';
import { withVersions } from './context';
import { deleteVersions } from './delete-versions';
import { listedVersion } from './listed-version';
import { type PrunePlan, prunePlan } from './prune-plan';
import { versionUsers } from './version-users';
import type { Versions } from './versions';

export interface PruneOptions extends Globals {
  olderThan: string;
}

/**
 * `settings prune`: deletes the versions that nobody needs any more, after asking. Returns the exit status: 1 when some
 * could not be deleted.
 */
export function prune(options: PruneOptions): Promise<number> {
  const olderThan = spanOption('--older-than', options.olderThan);
  return withVersions(options, async (context) => {
    const { ec2, template } = context;
    const now = Date.now();
    const plan = prunePlan(template, await versionUsers(context, now), olderThan, now);
    const planned = plan.remove.map(({ number }) => number);
    if (planned.length > 0 && !options.quiet) process.stderr.write(listing(template, plan));
    const isAgreed =
      planned.length === 0 || (await confirm(`Delete ${count(planned.length)}? This cannot be undone.`, options));
    const outcome = isAgreed ? await deleteVersions(ec2, template.templateId, planned) : { deleted: [], failed: [] };
    const result: PrunedVersions = { planned, ...outcome, kept: plan.kept };
    print(options.json ? result : report(result));
    return outcome.failed.length > 0 ? EXIT.failed : EXIT.done;
  });
}

const count = (versions: number) => (versions === 1 ? 'this version' : `these ${versions} versions`);

function listing(template: Versions, { remove }: PrunePlan): string {
  const lines = remove.map((one) => {
    const { version, created, author, note } = listedVersion(template, one);
    return `  ${String(version).padStart(4)}  ${created.slice(0, 10)}  ${author}  ${note}`.trimEnd();
  });
  return `Nobody needs these versions any more:\n${lines.join('\n')}\n`;
}

function report({ planned, deleted, failed, kept }: PrunedVersions): string {
  if (planned.length === 0) return `there is nothing to delete: all ${kept.length} versions are needed or too young\n`;
  const lines = [`${deleted.length} versions deleted, ${kept.length + planned.length - deleted.length} kept`];
  lines.push(...failed.map(({ version, message }) => `version ${version} could not be deleted: ${message}`));
  return `${lines.join('\n')}\n`;
}
