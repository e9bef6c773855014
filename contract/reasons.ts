/**
 * Who can do something about a failure: the app's author, whoever writes the settings, or nobody but the platform.
 * `user`: somebody wanted it, so that nothing is wrong.
 */
export type Fault = 'app' | 'settings' | 'platform' | 'user';

/** Why a job waits or failed: whose fault that is, and what it means. The runner writes the same words from Python. */
export const REASON_TABLE = {
  BAD_SETTINGS: {
    fault: 'settings',
    meaning: 'a setting of the launch template version is wrong, or is not right for this app or image',
  },
  CLONE_FAILED: { fault: 'settings', meaning: 'the app, a submodule or an LFS file could not be fetched' },
  REQUIREMENTS_FAILED: { fault: 'app', meaning: 'its packages could not be installed' },
  INPUT_UNREADABLE: {
    fault: 'app',
    meaning: 'the input could not be downloaded, is no zip file, or was not there when its schedule came',
  },
  APP_FAILED: { fault: 'app', meaning: 'the app ended with another exit status than 0, or by a signal' },
  NO_OUTPUT: { fault: 'app', meaning: 'it wrote no output, an empty one or half a one' },
  TIMED_OUT: { fault: 'app', meaning: '`ec2_timeout` was over' },
  OUT_OF_MEMORY: { fault: 'app', meaning: 'it needs a larger instance type' },
  DISK_FULL: { fault: 'app', meaning: 'it needs a larger `volume_size_gib`' },
  UPLOAD_FAILED: { fault: 'platform', meaning: 'S3 did not take the output' },
  LAUNCH_REFUSED: {
    fault: 'settings',
    meaning: 'EC2 refuses such an instance, or the key of the upload names no job',
  },
  NO_CAPACITY: {
    fault: 'platform',
    meaning:
      'quota, capacity or `max_running` did not suffice for all of `launch_wait`; while the job waits: do not suffice yet',
  },
  NO_IMAGE: {
    fault: 'platform',
    meaning: 'there was no image for all of `launch_wait`; while the job waits: there is none yet',
  },
  INTERRUPTED: {
    fault: 'platform',
    meaning: 'the instance was taken, shut down or restarted while the job ran',
  },
  CANCELLED: { fault: 'user', meaning: 'somebody stopped the job, or ended its instance' },
  LOST: { fault: 'platform', meaning: 'the runner or its instance did not come to an end of its own' },
} as const satisfies Record<string, { fault: Fault; meaning: string }>;

export type Reason = keyof typeof REASON_TABLE;
export const REASONS = Object.keys(REASON_TABLE) as [Reason, ...Reason[]];
