import type { JobRun } from '../../contract/job-line';
import { parseInputKey } from '../../contract/keys';
import { errorMessage, loggedError } from '../shared/error-message';
import { parseDelivery } from '../shared/upload-event';
import type { GuardDependencies } from './conclude-job';
import type { DeadLetter } from './dead-letter-queue';
import { parseFailedCall, tellFailedCalls } from './failed-call';
import { giveUp } from './give-up-job';
import { parseMissedRun, recordMissedRun } from './missed-schedule';

/** So much of a message that names no job is shown to people; the log has all of it. */
const EXCERPT = 500;

/** For so many milliseconds a call takes further letters; the rest waits for the next one, five minutes later. */
const TAKING_TIME = 60_000;

/**
 * Gives every upload in every dead letter its record, and every run of a schedule that did not become one; tells people of
 * the calls of functions that failed for good. A message stays in the dead-letter queue while any of it could not be
 * handled; one that names no job is told to people, because deleting it is the end of it.
 *
 * Each letter is handled by itself. Throws at the end when any failed, so that the function's alarm tells of it.
 */
export async function handleDeadLetters(deps: GuardDependencies): Promise<void> {
  const failed: string[] = [];
  const calls: DeadLetter[] = [];
  if (await deps.deadLetters.isEmpty()) return;
  const end = deps.now() + TAKING_TIME;
  do {
    const letters = await deps.deadLetters.receive();
    if (letters.length === 0) break;
    await Promise.all(
      letters.map(async (letter) => {
        if (parseFailedCall(letter)) calls.push(letter);
        else failed.push(...(await tryLetters(deps, [letter], () => handleLetter(deps, letter))));
      }),
    );
  } while (deps.now() < end);
  failed.push(...(await tryLetters(deps, calls, () => tellFailedCalls(deps, calls))));
  if (failed.length > 0) throw new Error(`dead letters could not be handled: ${failed.join('; ')}`);
}

/** Removes letters once they are handled. What went wrong with them, if anything did. */
async function tryLetters(
  { deadLetters, logger }: GuardDependencies,
  letters: DeadLetter[],
  handle: () => Promise<void>,
): Promise<string[]> {
  try {
    await handle();
    for (const letter of letters) await deadLetters.remove(letter);
    return [];
  } catch (error) {
    const messageIds = letters.map(({ messageId }) => messageId).join(', ');
    logger.error('dead_letter.handling_failed', { messageIds, error: loggedError(error) });
    return [`${messageIds}: ${errorMessage(error)}`];
  }
}

async function handleLetter(deps: GuardDependencies, letter: DeadLetter): Promise<void> {
  const missed = parseMissedRun(letter);
  await (missed ? recordMissedRun(deps, missed) : handleBody(deps, letter.body));
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
