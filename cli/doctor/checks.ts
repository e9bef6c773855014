import { accountDefaults } from './account';
import { bucketWritable } from './bucket';
import type { Context } from './context';
import { cost } from './cost';
import { credentials } from './credentials';
import { deadLetters } from './dead-letters';
import { deployed } from './deployed';
import type { Finding } from './finding';
import { indexComplete } from './index-complete';
import { kmsKey } from './kms-key';
import { imageAge, launchable } from './launchable';
import { machine, programs } from './machine';
import { notification } from './notification';
import { pastDeadline } from './past-deadline';
import { pipeline } from './pipeline';
import { quota } from './quota';
import { repository } from './repository';
import { schedulesReady } from './schedules';
import { secrets } from './secrets';
import { workingTree } from './working-tree';

/** One thing that is looked at. Reads only; throws what AWS refuses. */
export interface Check {
  name: string;
  look: (context: Context) => Promise<Finding>;
  /** Where there is such a thing; absent: on AWS and on the machine of `local up`. */
  only?: 'aws' | 'local';
}

/** What `doctor` looks at, in the order in which it says so. */
export const CHECKS: readonly Check[] = [
  { name: 'credentials', look: credentials, only: 'aws' },
  { name: 'machine', look: machine, only: 'local' },
  { name: 'programs', look: programs, only: 'local' },
  { name: 'stack', look: deployed, only: 'aws' },
  { name: 'working tree', look: workingTree, only: 'aws' },
  { name: 'default version', look: launchable },
  { name: 'image age', look: imageAge },
  { name: 'pipeline', look: pipeline },
  { name: 'quota', look: quota, only: 'aws' },
  { name: 'cost', look: cost, only: 'aws' },
  { name: 'bucket', look: bucketWritable },
  { name: 'KMS key', look: kmsKey, only: 'aws' },
  { name: 'notification', look: notification, only: 'aws' },
  { name: 'index', look: indexComplete },
  { name: 'dead letters', look: deadLetters },
  { name: 'deadlines', look: pastDeadline },
  { name: 'schedules', look: schedulesReady },
  { name: 'secrets', look: secrets },
  { name: 'repository', look: repository },
  { name: 'account', look: accountDefaults, only: 'aws' },
];
