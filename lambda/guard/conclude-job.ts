import type { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import type { GuardEnv } from '../../contract/function-env';
import type { JobRun } from '../../contract/job-line';
import { outputKeys, parseInputKey } from '../../contract/keys';
import { compareRuns } from '../../contract/order';
import { compareStatus, isCancelled, isFinal, type Status, statusOfRun } from '../../contract/status';
import type { EventLogger } from '../shared/log-events';
import type { Notify } from '../shared/notify';
import { readStatus, writeRecord } from '../shared/record';
import { sentenceCase } from '../shared/text';
import { formatDelivery } from '../shared/upload-event';
import { endCancelledLog } from './cancelled-log';
import type { DeadLetterQueue } from './dead-letter-queue';
import { endLog, guardLines, readLiveLog } from './end-log';
import { judgeEnding } from './ending';
import { findJobInstances, type JobInstance } from './job-instance';
import type { Ending } from './known-endings';
import { notifyJobFailed } from './notify-job-failed';
import { removeOlderOutputs } from './older-outputs';
import { type Standing, standingOf } from './standing';

/** Everything the guard touches, handed in. */
export interface GuardDependencies {
  env: GuardEnv;
  ec2: EC2Client;
  s3: S3Client;
  /** Puts a message into the job queue, visible after so many seconds. */
  send(body: string, delaySeconds: number): Promise<void>;
  deadLetters: DeadLetterQueue;
  notify: Notify;
  logger: EventLogger;
  now(): number;
}

/** One ended instance with the job it had, and what that job's records tell of the very same run. */
interface Ended {
  instance: JobInstance;
  job: JobRun;
  jobId: string;
  standing: Standing;
}

/**
 * Sees to it that the job of an ended instance has a record, or another instance.
 *
 * Repeating it changes nothing: what an earlier call did is found in the status object. A job is put back into the
 * queue before its status says so; dying in between sends a second message, which the launcher's ClientToken makes
 * harmless. False when another instance has the job for now, so that this one must be looked at again: that may end
 * without a record. Throws when AWS does not answer, so that the event is delivered again.
 */
export async function concludeJob(deps: GuardDependencies, instance: JobInstance): Promise<boolean> {
  const { id: instanceId, stateReason } = instance;
  const facts = { instanceId, stateReason, key: instance.job?.key, attempt: instance.job?.attempt };
  const known = jobOf(instance);
  if (!known) {
    deps.logger.error('instance.job_unknown', facts);
    return true;
  }
  const { job, jobId } = known;
  const standing = await standingOf(deps.s3, job, jobId);
  const { order, status, claim } = standing;
  const ended: Ended = { instance, job, jobId, standing };
  if (claim === 'unreadable' && status && isFinal(status.state)) return putBack(deps, ended, status);
  const ending = judgeEnding(instance, deps.now(), claim);
  const again = ending.again && job.attempt < deps.env.attempts;

  if (status && isCancelled(status)) await endCancelled(deps, ended, status);
  const isKnown = status !== undefined || claim === 'never';
  const isReplaced = order > 0 || (!isKnown && (await hasNewerInstance(deps, job, jobId)));
  const concluded = isReplaced ? 'a newer upload or attempt has taken its place' : whyConcluded(ended, again);
  if (concluded !== undefined) {
    deps.logger.info('instance.skipped', { ...facts, why: concluded });
    return !status || isFinal(status.state);
  }
  const twins = await findJobInstances(deps.ec2, deps.env, instance.token);
  if (twins.some(({ id, state }) => id !== instance.id && (state === 'pending' || state === 'running'))) {
    deps.logger.info('instance.replaced', facts);
    return false;
  }
  if (again) await startAgain(deps, ended, ending);
  else await recordEnd(deps, ended, ending);
  return true;
}

/**
 * Whether the job of an instance that shuts down is known to have a record already to which no end of the instance could
 * add anything. Throws the S3 error when S3 does not answer.
 */
export async function hasFinalRecord(deps: Pick<GuardDependencies, 's3'>, instance: JobInstance): Promise<boolean> {
  const known = jobOf(instance);
  if (!known) return true; // nobody could write one
  const { job, jobId } = known;
  const stored = await readStatus(deps.s3, job.bucket, jobId);
  if (stored.kind !== 'status') return false;
  const { status } = stored;
  const order = compareStatus(status, job);
  return order > 0 || (order === 0 && isFinal(status.state) && !mayBeWrong(status) && !isCancelled(status));
}

/** The run that an instance has, with the id of its job; undefined when its tags name none. */
function jobOf({ job }: JobInstance): Pick<Ended, 'job' | 'jobId'> | undefined {
  if (!job) return undefined;
  const parsed = parseInputKey(job.key);
  return parsed.ok ? { job, jobId: parsed.job.jobId } : undefined;
}

/** The runner saw the instance being shut down, but it cannot know that EC2 itself did that. */
function mayBeWrong({ reason }: Status): boolean {
  return reason === 'INTERRUPTED' || reason === 'LOST';
}

/** Why nothing is left to do, judged by the status of the very run that the instance had. */
function whyConcluded({ standing: { status }, instance }: Ended, again: boolean): string | undefined {
  if (!status || status.state === 'WAITING') return undefined;
  const own = status.instance_id === instance.id;
  if (!isFinal(status.state)) return own ? undefined : `instance ${status.instance_id} runs the job`;
  return again && own && mayBeWrong(status) ? undefined : `its status is ${status.state}`;
}

/** Whether EC2 shows one of a newer run, of whose record nothing is left when somebody has taken it away or written over it. */
async function hasNewerInstance({ ec2, env }: GuardDependencies, run: JobRun, jobId: string): Promise<boolean> {
  const isNewer = (instance: JobInstance) => {
    const other = jobOf(instance);
    return other?.jobId === jobId && compareRuns(other.job, run) > 0;
  };
  return (await findJobInstances(ec2, env)).some(isNewer);
}

/** What the runner of a stopped job could not do any more. */
async function endCancelled(deps: GuardDependencies, { instance, job, jobId }: Ended, status: Status): Promise<void> {
  if (status.instance_id !== instance.id) return;
  await removeOlderOutputs(deps, job.bucket, jobId, { ...instance, job, begun: status.started });
  await endCancelledLog(deps, instance, job.bucket, status);
}

/**
 * Somebody has written over the record that the run had. An earlier version of the object still has it, and nothing
 * else would be true: the run's outputs lie beside it.
 */
async function putBack(deps: GuardDependencies, { instance, job, jobId }: Ended, status: Status): Promise<true> {
  const result = await writeRecord(deps.s3, { bucket: job.bucket, status });
  const facts = { instanceId: instance.id, jobId, state: status.state, result };
  deps.logger.warn('record.restored', facts);
  return true;
}

async function startAgain(deps: GuardDependencies, ended: Ended, ending: Ending): Promise<void> {
  const { instance, job, jobId, standing } = ended;
  const next = { ...job, attempt: job.attempt + 1, submitted: standing.status?.submitted ?? undefined };
  await deps.send(formatDelivery(next), ending.delaySeconds);
  const message = `${sentenceCase(ending.message)}; attempt ${next.attempt} of ${deps.env.attempts} follows`;
  const status = statusOfRun(next, jobId, { state: 'WAITING', reason: ending.reason, message }, deps.now());
  const result = await writeRecord(deps.s3, { bucket: job.bucket, status });
  deps.logger.warn('job.requeued', { instanceId: instance.id, jobId, why: message, result });
}

async function recordEnd(deps: GuardDependencies, ended: Ended, ending: Ending): Promise<void> {
  const { instance, job, jobId } = ended;
  const { status: before, claim } = ended.standing;
  const message = `${sentenceCase(ending.message)}; ${ending.advice}`;
  const fields = {
    ...before,
    state: 'FAILED',
    reason: ending.reason,
    message,
    image_id: instance.imageId,
    template_version: instance.templateVersion,
    instance_id: instance.id,
    instance_type: instance.instanceType,
  } as const;
  const status = statusOfRun(job, jobId, fields, deps.now());
  // What the run may have pushed of its log stays.
  const live = claim === 'never' ? { text: '' } : await readLiveLog(deps.s3, job.bucket, outputKeys(jobId).ec2Log);
  const lines = guardLines(instance, status);
  await removeOlderOutputs(deps, job.bucket, jobId, { ...instance, job, begun: before?.started });
  const log = live && (await endLog(deps.ec2, { live: live.text, instanceId: instance.id, lines }));
  const result = await writeRecord(deps.s3, { bucket: job.bucket, status, overRunning: true, log });
  const facts = { jobId, reason: ending.reason, instanceId: instance.id };
  if (result !== 'written') return deps.logger.info('record.kept', { ...facts, result });
  deps.logger.warn('failure.recorded', facts);
  await notifyJobFailed(deps, job.bucket, status);
}
