import type { Fault } from './faults';
import { World } from './world';

/** How a burst of uploads became instances. */
export interface Burst {
  jobs: number;
  /** Seconds from the first upload to the nth launch, in order. */
  launches: number[];
  /** The same as EC2's buckets allow it at best. */
  ideal: number;
  /** The instances that were one too many, because an answer was lost. */
  twice: number;
}

/** RunInstances: a bucket of 5 requests, 2 more each second ("Request throttling for the Amazon EC2 API"). */
const [AT_ONCE, PER_SECOND] = [5, 2];
const KINDS: readonly Fault[] = [
  'EC2 fails',
  'EC2 answer lost',
  'S3 fails',
  'S3 answer lost',
  'SQS fails',
  'function killed',
];
const SETTINGS = {
  launchWait: 43_200,
  maxRunning: 0,
  attempts: 2,
  timeout: 600,
  isVersioned: true,
  isSpot: false,
  maxReceiveCount: 1000,
};

/** Uploads so many jobs at once, with errors in one of a hundred calls and functions that are killed. */
export async function burst(seed: number, jobs: number): Promise<Burst> {
  const world = new World({
    seed,
    lives: 0,
    kinds: new Set(KINDS),
    storm: 1,
    settings: { ...SETTINGS, furtherTypes: [] },
  });
  await world.runBurst(jobs);
  const { uploads } = world.services.history;
  const began = Math.min(...uploads.map(({ time }) => time));
  const first = uploads.map(({ instances }) => instances[0]?.launched ?? Number.POSITIVE_INFINITY);
  const launches = first.map((time) => (time - began) / 1000).sort((a, b) => a - b);
  const twice = uploads.filter(({ instances }) => instances.length > 1).length;
  return { jobs, launches, ideal: (jobs - AT_ONCE) / PER_SECOND, twice };
}
