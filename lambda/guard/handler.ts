import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { handleDeadLetters } from './dead-letters';
import { findOwnInstance } from './own-instance';
import type { GuardDependencies } from './settle';
import { lookAfter, sweep } from './sweep';

/** An instance of the account has changed its state ("Instance state change events", EC2 User Guide). */
interface StateChange {
  detail: { 'instance-id': string; state: string };
}

/**
 * The guard: no job without a record, no instance past its deadline.
 *
 * Called for the end of every instance of the account, for dead letters, and every five minutes to look after what the
 * events missed. Throws when something could not be done: Lambda then delivers the event twice more.
 */
export function createGuardHandler(deps: GuardDependencies) {
  const settled = new Set<string>();
  return async (event: unknown): Promise<SQSBatchResponse | undefined> => {
    if (isSqsEvent(event)) return handleDeadLetters(deps, event);
    if (isStateChange(event)) await handleStateChange(deps, event);
    else await sweep(deps, settled);
    return undefined;
  };
}

/** The event has no tags, so EC2 is asked whether the instance is one of ours. */
async function handleStateChange(deps: GuardDependencies, { detail }: StateChange): Promise<void> {
  const { 'instance-id': id, state } = detail;
  if (state !== 'terminated' && state !== 'stopped') return;
  const instance = await findOwnInstance(deps.ec2, deps.env, id);
  if (!instance) return;
  // The description may lag behind the event. By a step, and all is known; by more, and the next sweep sees the end.
  const ended = state === 'terminated' && instance.state === 'shutting-down';
  await lookAfter(deps, ended ? { ...instance, state } : instance);
}

function isSqsEvent(event: unknown): event is SQSEvent {
  return Array.isArray((event as Partial<SQSEvent> | null)?.Records);
}

function isStateChange(event: unknown): event is StateChange {
  return typeof (event as Partial<StateChange> | null)?.detail?.['instance-id'] === 'string';
}
