import { Bucket } from './bucket';
import type { Chance } from './caller';
import { Ec2 } from './ec2';
import { History } from './history';
import { ImageBuilder } from './image-builder';
import { Queue } from './queue';

export const BUCKET = 'jobs';
export const STACK = 'lambda-ec2';

/** What a stack is deployed with; durations in seconds. */
export interface StackSettings {
  subnetIds: string[];
  furtherTypes: string[];
  launchWait: number;
  maxRunning: number;
  attempts: number;
  timeout: number;
  isSpot: boolean;
  isVersioned: boolean;
  maxReceiveCount: number;
}

/** Everything of AWS that a stack uses, in memory. */
export interface Services {
  chance: Chance;
  settings: StackSettings;
  history: History;
  buckets: ReadonlyMap<string, Bucket>;
  objects: Bucket;
  jobs: Queue;
  deadLetters: Queue;
  ec2: Ec2;
  imageBuilder: ImageBuilder;
  templateId: string;
  /** Of CloudFormation's stack. */
  stackStatus: string;
}

export function servicesOf(chance: Chance, settings: StackSettings, isTraced: boolean): Services {
  const now = () => chance.clock.now;
  const objects = new Bucket(BUCKET, settings.isVersioned, now);
  const deadLetters = new Queue('dead-letters', { visibility: 120 }, chance);
  const { maxReceiveCount } = settings;
  return {
    chance,
    settings,
    history: new History(chance.clock, isTraced),
    buckets: new Map([[BUCKET, objects]]),
    objects,
    jobs: new Queue('jobs', { visibility: 360, maxReceiveCount, deadLetters }, chance),
    deadLetters,
    ec2: new Ec2(chance),
    imageBuilder: new ImageBuilder(chance),
    templateId: '',
    stackStatus: 'CREATE_IN_PROGRESS',
  };
}
