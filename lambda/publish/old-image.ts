import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { OLD_IMAGE_DAYS } from '../../contract/image-age';
import { findImage } from '../shared/find-image';
import type { Notify } from '../shared/notify';

const DAY = 86_400_000;
/** Of the hourly calls of a day one looks, by the clock in UTC: nothing is kept of what was told. One that is missed is made up for a week later. */
const HOUR = 6;
/** So often it is told again. */
const EVERY_DAYS = 7;

/** Whether people are told on this day: days are counted by the calendar, so that none comes twice. */
export function isTold(created: number, now: number): boolean {
  const days = calendarDays(created, now);
  return days >= OLD_IMAGE_DAYS && (days - OLD_IMAGE_DAYS) % EVERY_DAYS === 0;
}

/**
 * Tells people once a week that the image of new jobs is old. A look of one hour of the day; the others do nothing. Throws
 * the SDK's error.
 */
export async function tellOldImage(
  { ec2, env, notify }: { ec2: EC2Client; env: { templateId: string; stackName: string }; notify: Notify },
  now = Date.now(),
): Promise<void> {
  if (new Date(now).getUTCHours() !== HOUR) return;
  const { LaunchTemplateVersions: versions } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: env.templateId, Versions: ['$Default'] }),
  );
  const imageId = versions?.[0]?.LaunchTemplateData?.ImageId;
  const created = imageId ? Date.parse((await findImage(ec2, imageId))?.CreationDate ?? '') : Number.NaN;
  if (Number.isNaN(created) || !isTold(created, now)) return;
  const days = calendarDays(created, now);
  await notify(
    `${env.stackName}: the image is ${days} days old`,
    `The image ${imageId} of new jobs of ${env.stackName} is ${days} days old, and so are its security updates. ` +
      'Run `lambda-ec2 bake --wait`, and think of a bake_schedule; see docs/operating.md, "The image is old".',
  );
}

const calendarDays = (from: number, to: number) => Math.floor(to / DAY) - Math.floor(from / DAY);
