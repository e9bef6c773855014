import type { Instance } from '@aws-sdk/client-ec2';
import { errorMessage, loggedError } from '../shared/error-message';
import { deleteNote, listNotes, type Notebook, readNote } from './note';
import { describeInstance, ownInstance } from './own-instance';
import { type GuardDependencies, settle } from './settle';

/** So long a note is left to the event of the instance's end, which comes within seconds, and to a runner that still writes. */
const PATIENCE_MS = 120_000;

const notebookOf = ({ s3, env }: GuardDependencies): Notebook => ({ s3, bucket: env.bucket });

/**
 * Settles the job of a terminated instance whose tags EC2 has removed, by its note; `described` is what EC2 still shows.
 * Undefined when there is no note, false when the job must be looked at again.
 */
export async function settleNoted(
  deps: GuardDependencies,
  id: string,
  described?: Instance,
): Promise<boolean | 'unreadable' | undefined> {
  const note = await readNote(notebookOf(deps), deps.env, id);
  if (!note) return undefined;
  if (note === 'unreadable') return note;
  const { StateReason: reason } = described ?? {};
  return settle(deps, {
    ...note,
    ...(reason?.Code && { stateReason: reason.Code, stateMessage: reason.Message ?? '' }),
    transition: described?.StateTransitionReason || note.transition,
  });
}

/**
 * Settles and removes every note whose instance has ended, should the event of its end have come late or never. Each is
 * handled by itself. Throws at the end when any failed.
 */
export async function sweepNotes(deps: GuardDependencies): Promise<void> {
  const failed: string[] = [];
  for (const { id, written } of await listNotes(notebookOf(deps))) {
    if (deps.now() - written.getTime() < PATIENCE_MS) continue;
    try {
      await handleNote(deps, id);
    } catch (error) {
      failed.push(`${id}: ${errorMessage(error)}`);
      deps.logger.error('tombstone.handling_failed', { instanceId: id, error: loggedError(error) });
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} notes failed: ${failed.join('; ')}`);
}

async function handleNote(deps: GuardDependencies, id: string): Promise<void> {
  const described = await describeInstance(deps.ec2, id);
  if (described && described.State?.Name !== 'terminated') return;
  const own = described && ownInstance(described, deps.env);
  const settled = own ? await settle(deps, own) : await settleNoted(deps, id, described);
  if (settled === 'unreadable') await tellOfUnreadable(deps, id);
  if (settled !== false) await deleteNote(notebookOf(deps), id);
}

/** Nothing else tells which job it is about, so that its deletion is the end of it. Rejects when nobody could be told. */
async function tellOfUnreadable({ env, notify, logger }: GuardDependencies, id: string): Promise<void> {
  logger.error('tombstone.unreadable', { instanceId: id });
  const text = `The instance ${id} has ended, and the guard's note on it cannot be read. A job that has no final status since then must be uploaded again.`;
  await notify(`${env.stackName}: a job may have no record`, text);
}
