import { lineage } from '../../lambda/publish/lineage';
import { saysTheSame } from './changes-between';
import { defaultsSoFar } from './defaults';
import { launchProblems } from './launch-problems';
import type { SettingsVersion, Versions } from './versions';

/** Who may need a version beside the launch template itself. */
export interface VersionUsers {
  /** Numbers of versions that an instance was started from which is not gone. */
  running: ReadonlySet<number>;
  /** Numbers of versions that uploads name which may be waiting still. */
  uploads: ReadonlySet<number>;
  /** When the oldest bake under way began, in milliseconds; absent for none. */
  bakingSince?: number;
}

export interface PrunePlan {
  remove: SettingsVersion[];
  kept: { version: number; why: string }[];
}

/** So many versions from which a job can run stay to roll back to. */
const ROLLBACKS = 5;

/**
 * Which versions nobody needs any more: none that is younger than `olderThan` milliseconds, for a job may wait that
 * long and name one that no listing tells of.
 */
export function prunePlan(template: Versions, users: VersionUsers, olderThan: number, now: number): PrunePlan {
  const reasons = keepers(template, users);
  const plan: PrunePlan = { remove: [], kept: [] };
  for (const version of template.versions) {
    const isYoung = now - Date.parse(version.created) < olderThan;
    const why = reasons.find(([, isKept]) => isKept(version))?.[0] ?? (isYoung ? 'it is too young' : undefined);
    if (why === undefined) plan.remove.push(version);
    else plan.kept.push({ version: version.number, why });
  }
  return plan;
}

type Keeper = [why: string, isKept: (version: SettingsVersion) => boolean];

function keepers(
  template: Versions,
  { running, uploads, bakingSince = Number.POSITIVE_INFINITY }: VersionUsers,
): Keeper[] {
  const { defaultVersion, versions } = template;
  const current = versions.find(({ number }) => number === defaultVersion);
  const origins = new Set(current ? lineage(template, current).map(({ number }) => number) : []);
  const isLaunchable = (number: number | undefined) =>
    versions.some((one) => one.number === number && launchProblems(template, one).length === 0);
  // A roll-back passes over what says the same.
  const isOther = (number: number) => {
    const version = versions.find((one) => one.number === number);
    return !version || !current || !saysTheSame(version.data, current.data);
  };
  const before = new Set(
    defaultsSoFar(template, template.defaultsTag)
      .filter((number) => isLaunchable(number) && isOther(number))
      .slice(-ROLLBACKS),
  );
  const newest = new Set(
    versions
      .map(({ number }) => number)
      .filter(isLaunchable)
      .slice(0, ROLLBACKS),
  );
  const deployed = versions.find(({ description, data }) => description === '' && !data.ImageId);
  return [
    ['it is the default', ({ number }) => number === defaultVersion],
    ['an instance runs from it', ({ number }) => running.has(number)],
    ['the default came from it', ({ number }) => origins.has(number)],
    ['it was the default before, for a roll-back', ({ number }) => before.has(number)],
    [`it is one of the newest ${ROLLBACKS} that can be used`, ({ number }) => newest.has(number)],
    // CloudFormation counts on the latest number, and publish compares a deploy with the one before.
    ['the last deploy wrote it', ({ number }) => number === deployed?.number || number === versions[0]?.number],
    ['an upload names it that may be waiting', ({ number }) => uploads.has(number)],
    ['a bake is under way', ({ created }) => Date.parse(created) >= bakingSince],
  ];
}
