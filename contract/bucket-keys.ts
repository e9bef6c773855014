import { ENDED_PREFIX, OPEN_PREFIX } from './job-index';
import { inputKey, LAUNCH_LOCK_KEY, outputKeys, PACKAGES_PREFIX, TOMBSTONES_PREFIX } from './keys';

/** Every kind of key in the job bucket, and what lies there. */
export const KEYS: Readonly<Record<string, string>> = {
  [inputKey('{job_id}')]: 'an input; each upload is a job. Slashes in the job id are kept',
  [inputKey('{job_id}', 'N')]: 'an input whose job runs on launch template version N instead of the default one',
  [outputKeys('{job_id}').status]: 'the status object, always',
  [outputKeys('{job_id}').ec2Log]:
    "the runner's steps and all that the app prints; always, and live while the job runs",
  [outputKeys('{job_id}').appLog]: 'what the app wrote to `app_log`, when it wrote it; live while the job runs',
  [outputKeys('{job_id}').output]: 'the output, when and only when the app made a whole zip file',
  [`${ENDED_PREFIX}{time}/{facts}/{job_id}`]: 'empty; the entry of an ended job in the index, the newest first',
  [`${OPEN_PREFIX}{hash}/{facts}/{job_id}`]: 'empty; the entry of a job that waits or runs',
  [`${PACKAGES_PREFIX}{hash}.txt`]: 'versions of packages that a job is held to (`app_packages`)',
  'app_runner/scheduled/{name}.zip':
    'an input of `schedules`, which names its key: any one outside of the prefix of inputs will do',
  [LAUNCH_LOCK_KEY]: 'there while an instance is launched under `max_running`, so that one is counted after the other',
  [`${TOMBSTONES_PREFIX}{instance_id}.json`]: "the guard's note on an ended instance that may still owe a record",
};
