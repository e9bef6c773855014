import { setTimeout as pause } from 'node:timers/promises';
import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import type { LaunchEnv } from '../../contract/function-env';
import type { JobRun } from '../../contract/job-line';
import { JOB_TOKEN_TAG } from '../../contract/tags';
import { jobToken } from '../../contract/token';
import { loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import { stackInstances } from '../shared/stack-instances';
import type { LaunchLock } from './lock';
import type { Outcome } from './outcome';
import { unanswered } from './unanswered';

/** What counting takes beside the job. */
export interface LimitContext {
  env: LaunchEnv;
  ec2: EC2Client;
  lock: LaunchLock;
  logger: EventLogger;
}

/** How long, in milliseconds, EC2 may take to show a new instance; mostly it is there at once. */
const VISIBLE_TRIES = 20;
const VISIBLE_PAUSE = 500;

/**
 * Launches unless `max_running` instances of the stack are pending or running: then the job waits.
 *
 * One launch counts and starts at a time: the next one gets the lock when EC2 shows the instance of this one ("Eventual
 * consistency", EC2 API Reference). Where that is not to be seen, or whether one was started is not known, the lock is
 * left to run out. So the limit is never exceeded, at the price of launches one after the other.
 */
export async function withinLimit(
  context: LimitContext,
  job: JobRun,
  launch: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    if (!(await context.lock.take(job.bucket)))
      return wait('calls', 'another job is being launched, and under max_running one is launched after the other');
  } catch (error) {
    return unanswered(error, 'whether max_running allows it could not be found out');
  }
  const outcome = await countAndLaunch(context, job, launch);
  const mayBeUnseen =
    outcome.kind === 'wait'
      ? outcome.mayRun
      : outcome.kind === 'launched' && !(await isVisible(context, outcome.instanceId));
  if (!mayBeUnseen) await release(context, job.bucket);
  return outcome;
}

/** A lock that could not be released runs out, and is taken over then: it costs later launches some time, and no more. */
async function release({ lock, logger }: LimitContext, bucket: string): Promise<void> {
  try {
    await lock.release(bucket);
  } catch (error) {
    logger.warn('lock.release_failed', { bucket, error: loggedError(error) });
  }
}

async function countAndLaunch(
  { env, ec2 }: LimitContext,
  job: JobRun,
  launch: () => Promise<Outcome>,
): Promise<Outcome> {
  let running: Instance[];
  try {
    running = await runningInstances(ec2, env);
  } catch (error) {
    return unanswered(error, 'how many instances run could not be seen');
  }
  // S3 tells of an upload more than once.
  const token = jobToken(job);
  const own = running.find(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === JOB_TOKEN_TAG && Value === token));
  if (own) return { kind: 'already', message: `instance ${own.InstanceId} was launched for it before` };
  if (running.length < env.maxRunning) return launch();
  const message = `as many instances run as max_running allows (${env.maxRunning}): the job starts when one of them has ended`;
  return wait('turn', message);
}

/** The instances of the stack that cost something. Throws the SDK's error. */
const runningInstances = (ec2: EC2Client, env: LaunchEnv) =>
  stackInstances(ec2, env, [{ Name: 'instance-state-name', Values: ['pending', 'running'] }]);

async function isVisible({ env, ec2 }: LimitContext, instanceId: string): Promise<boolean> {
  for (let tries = 1; tries <= VISIBLE_TRIES; tries++) {
    const seen = await runningInstances(ec2, env).catch(() => []);
    if (seen.some(({ InstanceId }) => InstanceId === instanceId)) return true;
    await pause(VISIBLE_PAUSE);
  }
  return false;
}

function wait(pace: 'calls' | 'turn' | 'capacity', message: string): Outcome {
  return { kind: 'wait', reason: 'NO_CAPACITY', pace, message };
}
