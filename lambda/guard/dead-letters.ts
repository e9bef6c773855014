import type { JobRun } from '../../contract/job-line';
import { type JobKey, parseInputKey } from '../../contract/keys';
import { isFinal } from '../../contract/status';
import { jobToken } from '../../contract/token';
import { errorMessage, loggedError } from '../shared/error-message';
import { type JobFailure, recordWithoutInstance } from '../shared/job-failure';
import { writeRecord } from '../shared/record';
import { parseDelivery } from '../shared/upload-event';
import type { GuardDependencies } from './conclude-job';
import type { DeadLetter } from './dead-letter-queue';
import { findJobInstances } from './job-instance';
import { parseMissedRun, recordMissedRun } from './missed-schedule';
import { notifyJobFailed } from './notify-job-failed';
import { type Standing, standingOf } from './standing';

/** So much of a message that names no job is shown to people; the log has all of it. */
const EXCERPT = 500;

/** For so many milliseconds a call takes further letters; the rest waits for the next one, five minutes later. */
const TAKING_TIME = 60_000;

/**
 * Gives every upload in every dead letter its record, and every run of a schedule that did not become one. A message stays
 * in the dead-letter queue while any of it could not be handled; one that names no job is told to people, because deleting
 * it is the end of it.
 *
 * Each letter is handled by itself. Throws at the end when any failed, so that the function's alarm tells of it.
 */
export async function handleDeadLetters(deps: GuardDependencies): Promise<void> {
  const failed: string[] = [];
  const end = deps.now() + TAKING_TIME;
  do {
    const letters = await deps.deadLetters.receive();
    if (letters.length === 0) break;
    await Promise.all(letters.map(async (letter) => failed.push(...(await handleLetter(deps, letter)))));
  } while (deps.now() < end);
  if (failed.length > 0) throw new Error(`${failed.length} dead letters could not be handled: ${failed.join('; ')}`);
}

/** What went wrong with one letter, if anything did. */
async function handleLetter(deps: GuardDependencies, letter: DeadLetter): Promise<string[]> {
  try {
    const missed = parseMissedRun(letter);
    await (missed ? recordMissedRun(deps, missed) : handleBody(deps, letter.body));
    await deps.deadLetters.remove(letter);
    return [];
  } catch (error) {
    const { messageId } = letter;
    deps.logger.error('dead_letter.handling_failed', { messageId, error: loggedError(error) });
    return [`${messageId}: ${errorMessage(error)}`];
  }
}

async function handleBody(deps: GuardDependencies, body: string): Promise<void> {
  const delivery = parseDelivery(body);
  if (delivery.kind === 'test') return;
  const problems = delivery.kind === 'malformed' ? [delivery.message] : delivery.ignoredRecords;
  if (problems.length > 0) {
    deps.logger.error('dead_letter.dropped', { problems, body });
    const { stackName } = deps.env;
    const text = `A message that no function could handle was dropped: ${problems.join('; ')}.\n\nIt begins:\n${body.slice(0, EXCERPT)}`;
    await deps.notify(`${stackName}: dropped a message that names no job`, text);
  }
  if (delivery.kind === 'uploads') for (const upload of delivery.uploads) await handleUpload(deps, upload);
}

async function handleUpload(deps: GuardDependencies, job: JobRun): Promise<void> {
  const parsed = parseInputKey(job.key);
  if (parsed.ok) return giveUp(deps, job, parsed.job);
  const { jobId, message } = parsed.refusal;
  deps.logger.warn('dead_letter.refused', { key: job.key, why: message });
  if (jobId !== undefined) await giveUp(deps, job, { jobId }, message);
}

/** Writes the record of an upload that never got an instance. One that did is left to the end of that instance. */
async function giveUp(deps: GuardDependencies, job: JobRun, key: JobKey, refusal?: string): Promise<void> {
  const facts = { key: job.key, versionId: job.versionId, attempt: job.attempt };
  const [instance] = await findJobInstances(deps.ec2, deps.env, jobToken(job));
  if (instance)
    return deps.logger.info('dead_letter.skipped', {
      ...facts,
      why: 'the job has an instance',
      instanceId: instance.id,
    });
  const standing = await standingOf(deps.s3, job, key.jobId);
  if (standing.status && isFinal(standing.status.state))
    return deps.logger.info('dead_letter.skipped', { ...facts, why: 'the job has its record' });
  const why = refusal ? refused(refusal) : whyGivenUp(standing);
  const record = recordWithoutInstance(job, key, { state: 'FAILED', ...why }, deps.now());
  const result = await writeRecord(deps.s3, record);
  const recorded = { jobId: key.jobId, reason: why.reason };
  if (result !== 'written') return deps.logger.info('record.kept', { ...recorded, result });
  deps.logger.error('dead_letter.recorded', { ...facts, ...recorded });
  await notifyJobFailed(deps, job.bucket, record.status);
}

function refused(message: string): Pick<JobFailure, 'reason' | 'message'> {
  return { reason: 'LAUNCH_REFUSED', message };
}

/** What is known of an upload that nobody could handle and that has no instance any more. */
function whyGivenUp({ claim, status }: Standing): Pick<JobFailure, 'reason' | 'message'> {
  const advice = 'see whatever lies beside this status before you upload the input again (lambda-ec2 rerun)';
  if (claim === 'unreadable') {
    const message = `Whether an instance did the job is not known, because its status could not be read; ${advice}`;
    return { reason: 'LOST', message };
  }
  if (claim === 'made') {
    const message = `An instance began the job and is gone, and its status was taken away; ${advice}`;
    return { reason: 'LOST', message };
  }
  const waited = status ? ` (${status.message})` : '';
  const message = `The job could not be launched${waited}; look at the log of the launch function, then upload the input again (lambda-ec2 rerun)`;
  return { reason: status?.reason ?? 'LAUNCH_REFUSED', message };
}
