import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { LaunchEnv } from '../../contract/function-env';
import type { JobRun } from '../../contract/job-line';
import type { JobKey } from '../../contract/keys';
import { clip } from '../shared/text';
import { type Candidate, candidates, describeCandidate } from './candidates';
import { type EarlierRun, type EarlierRunSources, findEarlierRun } from './earlier-run';
import { ec2Error, ec2Message, judgeError, type Verdict } from './errors';
import { judgeMissingImage } from './missing-image';
import type { Outcome } from './outcome';
import { launchRequest } from './request';

/** What launching needs beside the job. */
export interface LaunchContext extends EarlierRunSources {
  env: LaunchEnv;
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

/** A candidate that had no room. */
interface FailedCandidate {
  candidate: Candidate;
  message: string;
  unsupported: boolean;
}

type Try =
  | { kind: 'launched'; instanceId: string }
  | { kind: 'unseen' }
  | { kind: 'earlier'; earlier: Exclude<EarlierRun, { kind: 'none' }> }
  | Exclude<Verdict, { bucket: 'seen' }>;

/**
 * Gets one instance for one run: on the first delivery with a single RunInstances call when EC2 has room.
 *
 * A redelivered message first looks for what its earlier delivery left. An answer that leaves open whether an instance
 * was started (a timeout, HTTP 5xx) never leads on to the next candidate, which would be a second launch.
 */
export async function launchJob(
  context: LaunchContext,
  job: JobRun,
  key: JobKey,
  redelivered: boolean,
): Promise<Outcome> {
  if (redelivered) {
    const earlier = await findEarlierOutcome(context, job, key);
    if (earlier) return earlier;
  }
  const all = candidates(context.env.subnetIds, context.env.instanceTypes);
  const failed: FailedCandidate[] = [];
  for (const [index, candidate] of all.entries()) {
    // A function that is killed would write no record, and the job would wait beyond launch_wait.
    const left = context.timeLeft?.() ?? Number.POSITIVE_INFINITY;
    if (index > 0 && left < LAUNCH_TIME)
      return noRoom(failed, `${all.length - index} more were not tried for want of time`);
    const result = await tryCandidate(context, job, key, candidate, index, all.length, redelivered);
    if ('kind' in result) {
      if (result.kind === 'launched') {
        return {
          kind: 'launched',
          instanceId: result.instanceId,
          message: `launched as ${describeCandidate(candidate)}`,
        };
      }
      if (result.kind === 'earlier') return outcomeOf(result.earlier);
      return {
        kind: 'wait',
        reason: 'NO_CAPACITY',
        pace: 'calls',
        message: 'an earlier launch of it is not visible yet',
      };
    }
    if (result.bucket === 'done') return { kind: 'already', message: 'its instance has run and is terminated' };
    // A further type can be wrong for a template (another architecture) that is itself in order and only lacks room.
    const isFurtherType = candidate.instanceType !== undefined;
    if (result.bucket === 'next' || (result.bucket === 'fail' && isFurtherType && !result.aboutImage)) {
      const unsupported = result.bucket === 'fail' || result.unsupported;
      failed.push({ candidate, message: result.message, unsupported });
      continue;
    }
    if (result.bucket === 'fail') return refused(context, key, result);
    return { kind: 'wait', reason: result.reason, pace: result.pace, message: result.message };
  }
  if (failed.every((one) => one.unsupported)) {
    const message = `no instance type can run here; choose other instance_types or subnets (${describeFailed(failed)})`;
    return { kind: 'fail', reason: 'LAUNCH_REFUSED', message };
  }
  return noRoom(failed);
}

/** Fails for good, unless what is missing is an image that may come. */
async function refused(
  context: LaunchContext,
  { templateVersion }: JobKey,
  { reason, message, aboutImage, error }: Extract<Verdict, { bucket: 'fail' }>,
): Promise<Outcome> {
  const imageless = await judgeMissingImage(context, templateVersion, error, aboutImage);
  if (imageless) return imageless;
  const { encodedAuthorizationMessage } = error;
  return { kind: 'fail', reason, message, ...(encodedAuthorizationMessage && { encodedAuthorizationMessage }) };
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

async function tryCandidate(
  context: LaunchContext,
  job: JobRun,
  key: JobKey,
  candidate: Candidate,
  index: number,
  total: number,
  redelivered: boolean,
): Promise<Try> {
  for (let round = 0; round < TOKEN_ROUNDS; round++) {
    const verdict = await runInstances(context, job, key, candidate, index + round * total);
    if ('kind' in verdict || verdict.bucket !== 'seen') return verdict;
    // On a redelivery nothing was found a moment ago, so the token belongs to a call that launched nothing: renew it.
    if (redelivered) continue;
    const earlier = await findEarlierRun(context, job, key.jobId);
    return earlier.kind === 'none' ? { kind: 'unseen' } : { kind: 'earlier', earlier };
  }
  return { kind: 'unseen' };
}

async function runInstances(
  { ec2, env }: LaunchContext,
  job: JobRun,
  { jobId, templateVersion }: JobKey,
  candidate: Candidate,
  tokenNumber: number,
): Promise<{ kind: 'launched'; instanceId: string } | Verdict> {
  const order = { job, jobId, ...(templateVersion && { templateVersion }), candidate, tokenNumber };
  try {
    const answer = await ec2.send(new RunInstancesCommand(launchRequest(env, order)));
    return { kind: 'launched', instanceId: answer.Instances?.[0]?.InstanceId ?? 'unknown' };
  } catch (error) {
    return judgeError(ec2Error(error));
  }
}

/** Waiting would not tell whether it ran, and a second run is never worth the risk: the job ends with a record that says so. */
function outcomeOf({ kind, message }: Exclude<EarlierRun, { kind: 'none' }>): Outcome {
  return kind === 'had' ? { kind: 'already', message } : { kind: 'fail', reason: 'LOST', message };
}

/** The outcome that an earlier delivery settled already; a look that fails is a reason to wait, never to launch. */
async function findEarlierOutcome(context: LaunchContext, job: JobRun, key: JobKey): Promise<Outcome | undefined> {
  try {
    const earlier = await findEarlierRun(context, job, key.jobId);
    return earlier.kind === 'none' ? undefined : outcomeOf(earlier);
  } catch (error) {
    const message = `could not look for an earlier launch of it (${ec2Message(ec2Error(error))})`;
    return { kind: 'wait', reason: 'NO_CAPACITY', pace: 'capacity', message };
  }
}
