import { durationSeconds, parseDuration } from '../../contract/duration';
import { APP_SETTING_DEFAULTS } from '../../contract/tags';
import type { OwnInstance } from './own-instance';

/** What a job gets after its ec2_timeout for its uploads: GRACE_SECONDS of the runner. */
export const GRACE_SECONDS = 180;
/**
 * What the instance gets on top: the runner counts from its own start, which is a boot later than the launch, and the
 * image's own last resort looks every five minutes, first after ten. The guard comes after all of these.
 */
const MARGIN_SECONDS = 1200;

/** When the job's time is over, and when the instance must be gone, in milliseconds since 1970. */
export interface Deadlines {
  timeout: number;
  end: number;
}

/**
 * Judged by launch time and tags alone, never by what the instance does. An ec2_timeout that cannot be read counts as
 * the default, as it does for the runner.
 */
export function deadlines({ launchTime, tags }: Pick<OwnInstance, 'launchTime' | 'tags'>): Deadlines {
  const seconds = parseDuration(tags.ec2_timeout ?? '') ?? durationSeconds(APP_SETTING_DEFAULTS.ec2_timeout);
  const timeout = launchTime.getTime() + seconds * 1000;
  return { timeout, end: timeout + (GRACE_SECONDS + MARGIN_SECONDS) * 1000 };
}
