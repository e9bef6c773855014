import type { Image } from '@aws-sdk/client-ec2';
import { APP_SETTINGS } from '../../contract/app-settings';
import { architectureOf } from '../../contract/instance-types';
import { PYTHON_TAG } from '../../contract/tags';
import type { Context } from './context';
import { type Finding, ok, problem, skipped } from './finding';

/** As the alarm `old-image` has it. */
const OLD_IMAGE_DAYS = 90;
const DAY_MS = 86_400_000;
const BAKE = 'lambda-ec2 bake --wait';

/** Whether an instance could start from the default version: its image is there, and right for type and Python. */
export async function launchable(context: Context): Promise<Finding> {
  const { number, data, tags, image } = await context.defaultVersion();
  const { ImageId, InstanceType = '' } = data;
  const version = `version ${number}`;
  if (!ImageId) return problem(`${version} has no image yet: jobs wait`, `lambda-ec2 bake list, else ${BAKE}`);
  if (ImageId.startsWith('resolve:')) return ok(`${version} takes its image from ${ImageId.slice('resolve:'.length)}`);
  if (!image) return problem(`the image ${ImageId} of ${version} does not exist any more`, BAKE);
  if (image.State !== 'available') return problem(`the image ${ImageId} of ${version} is ${image.State}`, BAKE);
  if (InstanceType && image.Architecture && image.Architecture !== architectureOf(InstanceType)) {
    return problem(`the image of ${version} is ${image.Architecture}, and ${InstanceType} is not`, BAKE);
  }
  const baked = image.Tags?.find(({ Key }) => Key === PYTHON_TAG)?.Value;
  const wanted = tags.python_version || APP_SETTINGS.python_version.default;
  if (baked && baked !== wanted) {
    return problem(`the image of ${version} has Python ${baked}, and python_version is ${wanted}`, BAKE);
  }
  return ok(`${version} starts ${ImageId}${InstanceType ? ` on ${InstanceType}` : ''}`);
}

/** How old the image of new jobs is, and with it its security updates. */
export async function imageAge(context: Context): Promise<Finding> {
  const { image } = await context.defaultVersion();
  const days = ageInDays(image);
  if (days === undefined) return skipped('there is no image whose age could be told');
  const found = `${image?.ImageId} is ${days} ${days === 1 ? 'day' : 'days'} old`;
  return days >= OLD_IMAGE_DAYS ? problem(`${found}, and so are its security updates`, BAKE) : ok(found);
}

/** Whole days since an image was made; undefined when there is none. */
export function ageInDays(image: Image | undefined): number | undefined {
  const made = Date.parse(image?.CreationDate ?? '');
  return Number.isNaN(made) ? undefined : Math.floor((Date.now() - made) / DAY_MS);
}
