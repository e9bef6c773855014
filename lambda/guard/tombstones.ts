import type { Instance } from '@aws-sdk/client-ec2';
import { errorMessage, loggedError } from '../shared/error-message';
import { concludeJob, type GuardDependencies } from './conclude-job';
import { asJobInstance, describeInstance } from './job-instance';
import { deleteTombstone, listTombstones, readTombstone, type TombstoneStore } from './tombstone';

/**
 * So long a tombstone is left to the event of the instance's end, which comes within seconds, and to a runner that
 * still writes.
 */
const EVENT_DELAY_MS = 120_000;

const storeOf = ({ s3, env }: GuardDependencies): TombstoneStore => ({ s3, bucket: env.bucket });

/**
 * Concludes the job of a terminated instance whose tags EC2 has removed, by its tombstone; `described` is what EC2
 * still shows. Undefined when there is no tombstone, false when the job must be looked at again.
 */
export async function concludeByTombstone(
  deps: GuardDependencies,
  id: string,
  described?: Instance,
): Promise<boolean | 'unreadable' | undefined> {
  const tombstone = await readTombstone(storeOf(deps), deps.env, id);
  if (!tombstone) return undefined;
  if (tombstone === 'unreadable') return tombstone;
  const { Code: stateReason, Message: stateMessage = '' } = described?.StateReason ?? {};
  const ended = stateReason ? { ...tombstone, stateReason, stateMessage } : tombstone;
  return concludeJob(deps, { ...ended, transition: described?.StateTransitionReason || tombstone.transition });
}

/**
 * Concludes the job of every tombstone whose instance has ended, and removes it, should the event of its end have come
 * late or never. Each is handled by itself. Throws at the end when any failed.
 */
export async function sweepTombstones(deps: GuardDependencies): Promise<void> {
  const failed: string[] = [];
  for (const { id, written } of await listTombstones(storeOf(deps))) {
    if (deps.now() - written.getTime() < EVENT_DELAY_MS) continue;
    try {
      await handleTombstone(deps, id);
    } catch (error) {
      failed.push(`${id}: ${errorMessage(error)}`);
      deps.logger.error('tombstone.handling_failed', { instanceId: id, error: loggedError(error) });
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} tombstones failed: ${failed.join('; ')}`);
}

async function handleTombstone(deps: GuardDependencies, id: string): Promise<void> {
  const described = await describeInstance(deps.ec2, id);
  if (described && described.State?.Name !== 'terminated') return;
  const own = described && asJobInstance(described, deps.env);
  const concluded = own ? await concludeJob(deps, own) : await concludeByTombstone(deps, id, described);
  if (concluded === 'unreadable') await notifyUnreadable(deps, id);
  if (concluded !== false) await deleteTombstone(storeOf(deps), id);
}

/**
 * Nothing else tells which job it is about, so that its deletion is the end of it. Rejects when nobody could be told.
 */
async function notifyUnreadable({ env, notify, logger }: GuardDependencies, id: string): Promise<void> {
  logger.error('tombstone.unreadable', { instanceId: id });
  const text = `The instance ${id} has ended, and the guard's note on it cannot be read. A job that has no final status since then must be run again (lambda-ec2 rerun).`;
  await notify(`${env.stackName}: a job may have no record`, text);
}
