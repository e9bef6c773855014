import { OLD_IMAGE_DAYS } from '../../contract/image-age';
import type { ImageInfo } from '../../lambda/publish/template';
import { imageProblems, settingsProblems } from '../settings/launch-problems';
import type { Context } from './context';
import { type Finding, ok, problem, skipped } from './finding';

const DAY_MS = 86_400_000;

/** Whether a job could run from the default version, judged as `settings use` does. */
export async function launchable(context: Context): Promise<Finding> {
  const version = await context.defaultVersion();
  const { ImageId, InstanceType = '' } = version.data;
  const bake = context.line('bake', '--wait');
  if (!ImageId) {
    return problem(
      `version ${version.number} has no image yet: jobs wait`,
      `${context.line('bake', 'list')}, else ${bake}`,
    );
  }
  const [ofImage, ofSettings] = [imageProblems(version, version), settingsProblems(version, version)];
  if (ofImage.length === 0 && ofSettings.length === 0) {
    return ok(`version ${version.number} starts ${ImageId}${InstanceType ? ` on ${InstanceType}` : ''}`);
  }
  const fixes = [
    ...(ofImage.length > 0 ? [bake] : []),
    ...(ofSettings.length > 0
      ? [`${context.line('settings', 'set', 'NAME=VALUE')}, or ${context.line('rollback')}`]
      : []),
  ];
  const found = `no job could run from version ${version.number}: ${[...ofImage, ...ofSettings].join('; ')}`;
  return problem(found, fixes.join('; '));
}

/** How old the image of new jobs is, and with it its security updates. */
export async function imageAge(context: Context): Promise<Finding> {
  const { image } = await context.defaultVersion();
  const days = ageInDays(image);
  if (days === undefined) return skipped('there is no image whose age could be told');
  const found = `${image?.id} is ${days} ${days === 1 ? 'day' : 'days'} old`;
  if (days < OLD_IMAGE_DAYS) return ok(found);
  return problem(`${found}, and so are its security updates`, context.line('bake', '--wait'));
}

/** Whole days since an image was made; undefined when there is none. */
export function ageInDays(image: ImageInfo | undefined): number | undefined {
  const made = Date.parse(image?.created ?? '');
  return Number.isNaN(made) ? undefined : Math.floor((Date.now() - made) / DAY_MS);
}
