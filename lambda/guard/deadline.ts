import { INSTANCE_MARGIN_SECONDS, MAX_TIMEOUT_SECONDS } from '../../contract/app-rules';
import { APP_SETTINGS } from '../../contract/app-settings';
import { durationSeconds, parseDuration } from '../../contract/duration';
import type { JobInstance } from './job-instance';

/** When the job's time is over, and when the instance must be gone, in milliseconds since 1970. */
export interface Deadlines {
  timeout: number;
  end: number;
}

/**
 * Judged by launch time and tags alone, never by what the instance does. An ec2_timeout that cannot be read or is too
 * long counts as the default, as it does for the runner.
 */
export function deadlines({ launchTime, tags }: Pick<JobInstance, 'launchTime' | 'tags'>): Deadlines {
  const usual = APP_SETTINGS.ec2_timeout.default;
  const stated = parseDuration(tags.ec2_timeout ?? usual) ?? Number.POSITIVE_INFINITY;
  const seconds = stated <= MAX_TIMEOUT_SECONDS ? stated : durationSeconds(usual);
  const timeout = launchTime.getTime() + seconds * 1000;
  return { timeout, end: timeout + INSTANCE_MARGIN_SECONDS * 1000 };
}
