import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { LaunchEnv } from '../../contract/function-env';
import type { JobRun } from '../../contract/job-line';
import type { JobKey } from '../../contract/keys';
import { clip } from '../shared/text';
import { type Candidate, candidates, sayCandidate } from './candidates';
import { type EarlierRun, findEarlierRun, type Traces } from './earlier-run';
import { ec2Error, judgeError, sayEc2, type Verdict } from './errors';
import { forWantOfImage } from './no-image';
import type { Outcome } from './outcome';
import { launchRequest } from './request';

/** What launching needs beside the job. */
export interface LaunchContext extends Traces {
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
const MOST_MISSES = 1_000;

/** A candidate that had no room. */
interface Miss {
  candidate: Candidate;
  sentence: string;
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
  const misses: Miss[] = [];
  for (const [index, candidate] of all.entries()) {
    // A function that is killed would write no record, and the job would wait beyond launch_wait.
    const left = context.timeLeft?.() ?? Number.POSITIVE_INFINITY;
    if (index > 0 && left < LAUNCH_TIME)
      return noRoom(misses, `${all.length - index} more were not tried for want of time`);
    const result = await tryCandidate(context, job, key, candidate, index, all.length, redelivered);
    if ('kind' in result) {
      if (result.kind === 'launched') {
        return { kind: 'launched', instanceId: result.instanceId, sentence: `launched as ${sayCandidate(candidate)}` };
      }
      if (result.kind === 'earlier') return outcomeOf(result.earlier);
      return {
        kind: 'wait',
        reason: 'NO_CAPACITY',
        pace: 'calls',
        sentence: 'an earlier launch of it is not visible yet',
      };
    }
    if (result.bucket === 'done') return { kind: 'already', sentence: 'its instance has run and is terminated' };
    // A further type can be wrong for a template (another architecture) that is itself in order and only lacks room.
    const isFurtherType = candidate.instanceType !== undefined;
    if (result.bucket === 'next' || (result.bucket === 'fail' && isFurtherType && !result.aboutImage)) {
      const unsupported = result.bucket === 'fail' || result.unsupported;
      misses.push({ candidate, sentence: result.sentence, unsupported });
      continue;
    }
    if (result.bucket === 'fail') return refused(context, key, result);
    return { kind: 'wait', reason: result.reason, pace: result.pace, sentence: result.sentence };
  }
  if (misses.every((miss) => miss.unsupported)) {
    const sentence = `no instance type can run here; choose other instance_types or subnets (${sayMisses(misses)})`;
    return { kind: 'fail', reason: 'LAUNCH_REFUSED', sentence };
  }
  return noRoom(misses);
}

/** Fails for good, unless what is missing is an image that may come. */
async function refused(
  context: LaunchContext,
  { templateVersion }: JobKey,
  { reason, sentence, aboutImage, error }: Extract<Verdict, { bucket: 'fail' }>,
): Promise<Outcome> {
  const imageless = await forWantOfImage(context, templateVersion, error, aboutImage);
  if (imageless) return imageless;
  const { encodedAuthorizationMessage } = error;
  return { kind: 'fail', reason, sentence, ...(encodedAuthorizationMessage && { encodedAuthorizationMessage }) };
}

function noRoom(misses: readonly Miss[], more?: string): Outcome {
  const sentence = `EC2 has no room for it now (${[sayMisses(misses), ...(more ? [more] : [])].join('; ')})`;
  return { kind: 'wait', reason: 'NO_CAPACITY', pace: 'capacity', sentence };
}

/** Every candidate once, those with the same answer together; many of them are cut, as a message must stay one. */
function sayMisses(misses: readonly Miss[]): string {
  const said = new Map<string, string[]>();
  for (const { candidate, sentence } of misses) {
    said.set(sentence, [...(said.get(sentence) ?? []), sayCandidate(candidate)]);
  }
  return clip(
    [...said].map(([sentence, candidates]) => `${candidates.join(', ')}: ${sentence}`).join('; '),
    MOST_MISSES,
  );
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
function outcomeOf({ kind, sentence }: Exclude<EarlierRun, { kind: 'none' }>): Outcome {
  return kind === 'had' ? { kind: 'already', sentence } : { kind: 'fail', reason: 'LOST', sentence };
}

/** The outcome that an earlier delivery settled already; a look that fails is a reason to wait, never to launch. */
async function findEarlierOutcome(context: LaunchContext, job: JobRun, key: JobKey): Promise<Outcome | undefined> {
  try {
    const earlier = await findEarlierRun(context, job, key.jobId);
    return earlier.kind === 'none' ? undefined : outcomeOf(earlier);
  } catch (error) {
    const sentence = `could not look for an earlier launch of it (${sayEc2(ec2Error(error))})`;
    return { kind: 'wait', reason: 'NO_CAPACITY', pace: 'capacity', sentence };
  }
}
