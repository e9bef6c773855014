import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { JobRun } from '../../contract/job-line';
import { type JobKey, parseInputKey } from '../../contract/keys';
import { loggedError } from '../shared/error-message';
import { type JobFailure, recordWithoutInstance } from '../shared/job-failure';
import type { JobRecord, RecordResult } from '../shared/record';
import { sentenceCase } from '../shared/text';
import { parseDelivery } from '../shared/upload-event';
import { LAUNCH_TIME, type LaunchContext, launchJob } from './launch';
import { type Outcome, PACES, type Pace } from './outcome';
import { backoffSeconds, type Reception, waitEnd } from './waiting';

/** Everything the handler touches, handed in. The S3 and SQS parts are functions, so that they can load late. */
export interface LaunchDependencies extends LaunchContext {
  writeRecord(record: JobRecord): Promise<RecordResult>;
  /** Hides a received message for so many seconds (ChangeMessageVisibility). */
  postpone(receiptHandle: string, seconds: number): Promise<void>;
  now(): number;
  random(): number;
}

/** What a line of the log says of an outcome. */
const EVENTS = {
  launched: 'job.launched',
  already: 'job.already_launched',
  wait: 'job.deferred',
  fail: 'job.refused',
} as const;

/**
 * For so many seconds a message that was delivered before is hidden while it is handled: a little more than the function's
 * time (LAUNCH_TIMEOUT). The queue's own six times that would hold up the last of a burst, should the function be killed.
 */
const HANDLING_SECONDS = 75;

/** What became of one message: `wait` keeps it in the queue and says how fast to come back. */
type MessageResult = { keep: false } | { keep: true; pace: Pace };

/**
 * The launcher: every upload in every message gets an instance, or a record that says why not, or waits in the queue.
 *
 * Messages are handled one after the other, which keeps a batch below EC2's rate of launches, and each on its own: an
 * error in one never fails another. A message is one item of the partial batch response: it stays in the queue while
 * any of its uploads waits, and on its redelivery the others find their earlier launch.
 */
export function createLaunchHandler(deps: LaunchDependencies) {
  return async (event: SQSEvent, context?: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    const timeLeft = () => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    for (const [index, message] of event.Records.entries()) {
      const enoughTime = index === 0 || timeLeft() >= LAUNCH_TIME;
      if (enoughTime && !(await handleMessage({ ...deps, timeLeft }, message))) continue;
      if (!enoughTime) await postpone(deps, message, 1);
      batchItemFailures.push({ itemIdentifier: message.messageId });
    }
    return { batchItemFailures };
  };
}

/** Handles one message; true when it must stay in the queue. Never throws. */
async function handleMessage(deps: LaunchDependencies, message: SQSRecord): Promise<boolean> {
  const reception: Reception = {
    sentAt: Number(message.attributes.SentTimestamp),
    receiveCount: Number(message.attributes.ApproximateReceiveCount),
  };
  const delivery = parseDelivery(message.body);
  if (delivery.kind === 'test') return false;
  if (delivery.kind === 'malformed') {
    deps.logger.error('message.dropped', { messageId: message.messageId, why: delivery.message });
    return false;
  }
  for (const ignored of delivery.ignoredRecords)
    deps.logger.warn('event_record.skipped', { messageId: message.messageId, why: ignored });

  if (reception.receiveCount > 1) await postpone(deps, message, HANDLING_SECONDS);
  const paces: Pace[] = [];
  for (const upload of delivery.uploads) {
    const result = await handleUpload(deps, upload, reception);
    if (result.keep) paces.push(result.pace);
  }
  if (paces.length === 0) return false;
  const pace = PACES.find((one) => paces.includes(one)) ?? 'capacity';
  const end = waitEnd(reception, deps.env.launchWaitSeconds);
  await postpone(deps, message, backoffSeconds(reception, pace, end, deps.now(), deps.random));
  return true;
}

async function postpone(deps: LaunchDependencies, message: SQSRecord, seconds: number): Promise<void> {
  try {
    await deps.postpone(message.receiptHandle, seconds);
  } catch (error) {
    // The queue's own visibility timeout brings the message back, only sooner or later than wished.
    deps.logger.warn('message.postpone_failed', { messageId: message.messageId, error: loggedError(error) });
  }
}

/** Handles one upload of a message. Never throws: what it cannot do now keeps the message in the queue. */
async function handleUpload(deps: LaunchDependencies, job: JobRun, reception: Reception): Promise<MessageResult> {
  const facts = { bucket: job.bucket, key: job.key, versionId: job.versionId, attempt: job.attempt };
  try {
    const parsed = parseInputKey(job.key);
    if (!parsed.ok) {
      const { jobId, message, kind } = parsed.refusal;
      deps.logger.warn(kind === 'foreign' ? 'key.ignored' : 'key.refused', { ...facts, why: message });
      if (jobId !== undefined)
        await record(deps, job, { jobId }, { state: 'FAILED', reason: 'LAUNCH_REFUSED', message });
      return { keep: false };
    }
    const outcome = await launchJob(deps, job, parsed.job, reception.receiveCount > 1);
    const { kind, message, ...more } = outcome;
    const level = kind === 'fail' ? 'error' : 'info';
    deps.logger[level](EVENTS[kind], { ...facts, jobId: parsed.job.jobId, why: message, ...more });
    return await recordOutcome(deps, job, parsed.job, reception, outcome);
  } catch (error) {
    deps.logger.error('upload.handling_failed', { ...facts, error: loggedError(error) });
    return { keep: true, pace: 'answer' };
  }
}

/** Writes the record an outcome calls for and says whether the job goes on waiting. */
async function recordOutcome(
  deps: LaunchDependencies,
  job: JobRun,
  key: JobKey,
  reception: Reception,
  outcome: Outcome,
): Promise<MessageResult> {
  if (outcome.kind === 'launched' || outcome.kind === 'already') return { keep: false };
  const message = sentenceCase(outcome.message);
  if (outcome.kind === 'fail') {
    await record(deps, job, key, { state: 'FAILED', reason: outcome.reason, message });
    return { keep: false };
  }
  const end = waitEnd(reception, deps.env.launchWaitSeconds);
  if (deps.now() < end) {
    const until = `${message}; it is tried again until ${new Date(end).toISOString()}`;
    const kept = await record(deps, job, key, { state: 'WAITING', reason: outcome.reason, message: until });
    return kept ? { keep: false } : { keep: true, pace: outcome.pace };
  }
  const given = `${message}; gave up after ${deps.env.launchWaitSeconds} s: upload the input again later (lambda-ec2 rerun) or raise launch_wait`;
  await record(deps, job, key, { state: 'FAILED', reason: outcome.reason, message: given });
  return { keep: false };
}

/** Writes a record; true when a status stood in the way that makes going on with this job pointless. */
async function record(deps: LaunchDependencies, job: JobRun, key: JobKey, failure: JobFailure): Promise<boolean> {
  const result = await deps.writeRecord(recordWithoutInstance(job, key, failure, deps.now()));
  const facts = { jobId: key.jobId, reason: failure.reason };
  if (result !== 'written') deps.logger.info('record.kept', { ...facts, result });
  else if (failure.state === 'WAITING') deps.logger.info('wait.recorded', facts);
  else deps.logger.warn('failure.recorded', facts);
  return result !== 'written';
}
