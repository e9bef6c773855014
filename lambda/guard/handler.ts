import type { InstanceStateName } from '@aws-sdk/client-ec2';
import { errorMessage } from '../shared/error-message';
import type { GuardDependencies } from './conclude-job';
import { handleDeadLetters } from './dead-letters';
import { asJobInstance, describeInstance } from './job-instance';
import { handleInstance, sweep } from './sweep';
import { concludeByTombstone, sweepTombstones } from './tombstones';

/** An instance of the account has changed its state ("Instance state change events", EC2 User Guide). */
interface StateChange {
  detail: { 'instance-id': string; state: string };
}

/**
 * The states that matter, each with those that EC2 may still describe then, because its answers lag behind its events.
 */
const LAGS = new Map<string, readonly string[]>([
  ['shutting-down', ['pending', 'running']],
  // By more than a step, and the next sweep sees the end.
  ['terminated', ['shutting-down']],
  ['stopped', []],
]);

/**
 * The guard: no job without a record, no instance past its deadline.
 *
 * Called when any instance of the account shuts down or has ended, and every five minutes for dead letters and
 * what the events missed. Throws when something could not be done: Lambda then delivers the event twice more.
 */
export function createGuardHandler(deps: GuardDependencies) {
  const concluded = new Set<string>();
  return async (event: unknown): Promise<void> => {
    // Of a poller that a deploy takes away only after it has put this code in place: an answer would delete its messages.
    if (isOfQueue(event))
      throw new Error('dead letters are taken by the schedule: they stay in their queue until then');
    await (isStateChange(event) ? handleStateChange(deps, event) : runSchedule(deps, concluded));
  };
}

const isOfQueue = (event: unknown) => Array.isArray((event as { Records?: unknown } | null)?.Records);

/** Handles all instances, the tombstones of those that EC2 may not show any more, and the dead letters; none waits for another. */
async function runSchedule(deps: GuardDependencies, concluded: Set<string>): Promise<void> {
  const results = await Promise.allSettled([sweep(deps, concluded), sweepTombstones(deps), handleDeadLetters(deps)]);
  const problems = results.flatMap((one) => (one.status === 'rejected' ? [errorMessage(one.reason)] : []));
  if (problems.length > 0) throw new Error(problems.join('; '));
}

/**
 * The event has no tags, so EC2 is asked whether the instance is one of ours. For a while after the end it may not tell
 * any more: that is what its tombstone is for.
 */
async function handleStateChange(deps: GuardDependencies, { detail }: StateChange): Promise<void> {
  const { 'instance-id': id, state } = detail;
  const lags = LAGS.get(state);
  if (!lags) return;
  const described = await describeInstance(deps.ec2, id);
  const instance = described && asJobInstance(described, deps.env);
  if (instance) {
    const isBehind = lags.includes(instance.state);
    await handleInstance(deps, isBehind ? { ...instance, state: state as InstanceStateName } : instance);
  } else if (
    state === 'terminated' &&
    !described?.Tags?.length &&
    (await concludeByTombstone(deps, id, described)) === undefined
  ) {
    deps.logger.error('instance.untagged', { instanceId: id });
  }
}

function isStateChange(event: unknown): event is StateChange {
  return typeof (event as Partial<StateChange> | null)?.detail?.['instance-id'] === 'string';
}
