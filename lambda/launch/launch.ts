import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { LaunchEnv } from '../../contract/function-env';
import type { JobRun } from '../../contract/job-line';
import type { JobKey } from '../../contract/keys';
import type { EventLogger } from '../shared/log-events';
import { clip } from '../shared/text';
import { type Candidate, candidates, describeCandidate } from './candidates';
import { type EarlierRun, type EarlierRunSources, findEarlierRun } from './earlier-run';
import { ec2Error, judgeError, type Verdict } from './errors';
import type { LaunchLock } from './lock';
import { withinLimit } from './max-running';
import { judgeMissingImage } from './missing-image';
import type { Outcome } from './outcome';
import { launchRequest } from './request';
import { unanswered } from './unanswered';

/** What launching needs beside the job. */
export interface LaunchContext extends EarlierRunSources {
  env: LaunchEnv;
  /** Held by one launch of the stack at a time when `max_running` is set. */
  lock: LaunchLock;
  logger: EventLogger;
  /** Milliseconds that the function has left; endless when absent. */
  timeLeft?(): number;
}

/** With less time than this, in milliseconds, a launch is left for the next delivery. */
export const LAUNCH_TIME = 20_000;

/**
 * How many ClientTokens one candidate may use up. More than one is needed only when EC2 keeps the token of a launch
 * that made no instance (from before a new default version, say); nothing documents that it does not.
 */
const TOKEN_ROUNDS = 3;

/** Characters of a message about candidates that had no room. */
const MAX_MESSAGE = 1_000;

/** A launch of one run, with all that it needs. */
interface Launch extends LaunchContext {
  job: JobRun;
  key: JobKey;
  redelivered: boolean;
}

type NoRoom = Extract<Verdict, { kind: 'next' }>;

/** A candidate that had no room. */
interface FailedCandidate extends NoRoom {
  candidate: Candidate;
}

/**
 * Gets one instance for one run: on the first delivery with a single RunInstances call when EC2 has room.
 *
 * A redelivered message first looks for what its earlier delivery left, and a further attempt for whether somebody has
 * cancelled the job since. An answer that leaves open whether an instance
 * was started (a timeout, HTTP 5xx) never leads on to the next candidate, which would be a second launch.
 */
export async function launchJob(
  context: LaunchContext,
  job: JobRun,
  key: JobKey,
  redelivered: boolean,
): Promise<Outcome> {
  const launch = { ...context, job, key, redelivered };
  const earlier = (redelivered || job.attempt > 1) && (await findEarlierOutcome(launch));
  if (earlier) return earlier;
  return context.env.maxRunning > 0 ? withinLimit(context, job, () => tryCandidates(launch)) : tryCandidates(launch);
}

async function tryCandidates(launch: Launch): Promise<Outcome> {
  const all = candidates(launch.env.subnetIds, launch.env.instanceTypes);
  const failed: FailedCandidate[] = [];
  for (const [index, candidate] of all.entries()) {
    // A function that is killed would write no record, and the job would wait beyond launch_wait.
    const left = launch.timeLeft?.() ?? Number.POSITIVE_INFINITY;
    if (index > 0 && left < LAUNCH_TIME)
      return noRoom(failed, `${all.length - index} more were not tried for want of time`);
    const tokenNumbers = Array.from({ length: TOKEN_ROUNDS }, (_, round) => index + round * all.length);
    const result = await tryCandidate(launch, candidate, tokenNumbers);
    if (result.kind !== 'next') return result;
    failed.push({ ...result, candidate });
  }
  if (!failed.every(({ unsupported }) => unsupported)) return noRoom(failed);
  const message = `no instance type can run here; choose other instance_types or subnets (${describeFailed(failed)})`;
  return { kind: 'fail', reason: 'LAUNCH_REFUSED', message };
}

async function tryCandidate(launch: Launch, candidate: Candidate, tokenNumbers: number[]): Promise<Outcome | NoRoom> {
  for (const tokenNumber of tokenNumbers) {
    const verdict = await runInstances(launch, candidate, tokenNumber);
    if (verdict.kind === 'refused') return refused(launch, candidate, verdict);
    if (verdict.kind !== 'duplicate') return verdict;
    // On a redelivery nothing was found a moment ago, so the token belongs to a call that launched nothing: renew it.
    if (launch.redelivered) continue;
    const earlier = await findEarlierOutcome(launch);
    if (earlier) return earlier;
    break;
  }
  const message = 'an earlier launch of it is not visible yet';
  return { kind: 'wait', reason: 'NO_CAPACITY', pace: 'calls', message, mayRun: true };
}

async function runInstances(
  { ec2, env, job, key: { jobId, templateVersion } }: Launch,
  candidate: Candidate,
  tokenNumber: number,
): Promise<Extract<Outcome, { kind: 'launched' }> | Verdict> {
  try {
    const request = launchRequest(env, { job, jobId, templateVersion, candidate, tokenNumber });
    const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(request));
    const message = `launched as ${describeCandidate(candidate)}`;
    return { kind: 'launched', instanceId: instance?.InstanceId ?? 'unknown', message };
  } catch (error) {
    return judgeError(ec2Error(error));
  }
}

/** Fails for good, unless another candidate may do or what is missing is an image that may come. */
async function refused(
  launch: Launch,
  { instanceType }: Candidate,
  { reason, message, aboutImage, error }: Extract<Verdict, { kind: 'refused' }>,
): Promise<Outcome | NoRoom> {
  // A further type can be wrong for a template (another architecture) that is itself in order and only lacks room.
  if (instanceType !== undefined && !aboutImage) return { kind: 'next', unsupported: true, message };
  const imageless = await judgeMissingImage(launch, launch.key.templateVersion, error, aboutImage);
  return imageless ?? { kind: 'fail', reason, message, encodedAuthorizationMessage: error.encodedAuthorizationMessage };
}

function noRoom(failed: readonly FailedCandidate[], more?: string): Outcome {
  const message = `EC2 has no room for it now (${[describeFailed(failed), ...(more ? [more] : [])].join('; ')})`;
  return { kind: 'wait', reason: 'NO_CAPACITY', pace: 'capacity', message };
}

/** Every candidate once, those with the same answer together; many of them are cut, as a message must stay one. */
function describeFailed(failed: readonly FailedCandidate[]): string {
  const said = new Map<string, string[]>();
  for (const { candidate, message } of failed) {
    said.set(message, [...(said.get(message) ?? []), describeCandidate(candidate)]);
  }
  return clip([...said].map(([message, candidates]) => `${candidates.join(', ')}: ${message}`).join('; '), MAX_MESSAGE);
}

/**
 * Waiting would not tell whether it ran, and a second run is never worth the risk: the job ends with a record that says
 * so.
 */
function outcomeOf({ kind, message }: Exclude<EarlierRun, { kind: 'none' }>): Outcome {
  return kind === 'had' ? { kind: 'already', message } : { kind: 'fail', reason: 'LOST', message };
}

/** The outcome of an earlier delivery, if it had one; a look that fails is no reason to launch. */
async function findEarlierOutcome(launch: Launch): Promise<Outcome | undefined> {
  try {
    const earlier = await findEarlierRun(launch, launch.job, launch.key.jobId);
    return earlier.kind === 'none' ? undefined : outcomeOf(earlier);
  } catch (error) {
    const outcome = unanswered(error, 'whether it was launched before could not be found out');
    return outcome.kind === 'wait' ? { ...outcome, mayRun: true } : outcome;
  }
}
