import type { Pace } from './outcome';

/**
 * The first wait in seconds, and the longest. Whoever waits for a place below `max_running` looks more often, because
 * one gets free whenever a job ends; whoever is kept back by the rate of launches alone more often still at first, as
 * `longestWait` says.
 */
const FIRST: Readonly<Record<Pace, number>> = { calls: 5, turn: 15, answer: 30, capacity: 30 };
const LONGEST: Readonly<Record<Pace, number>> = { calls: 900, turn: 240, answer: 900, capacity: 900 };
const LONGEST_AFTER_A_DAY = 3600;
const LEAST_OF_CALLS = 60;
const SHARE_OF_CALLS = 0.01;

/** A message in the queue: when it was sent (milliseconds since 1970) and which delivery of it this is (from 1). */
export interface Reception {
  sentAt: number;
  receiveCount: number;
}

/**
 * Seconds until a waiting job is tried again: doubling from the first wait, with up to a quarter of jitter taken off.
 *
 * SQS allows a message 1000 receives before its dead-letter queue, which 13 days at 15 minutes would exceed: after a
 * day the longest wait is an hour. The last try comes just after the end of the wait, where the job gets its record.
 */
export function backoffSeconds(
  reception: Reception,
  pace: Pace,
  waitUntil: number,
  now: number,
  random: () => number,
): number {
  const longest = longestWait(pace, (now - reception.sentAt) / 1000);
  const doubled = Math.min(longest, FIRST[pace] * 2 ** Math.min(reception.receiveCount - 1, 20));
  const jittered = doubled * (0.75 + 0.25 * random());
  const left = (waitUntil - now) / 1000 + 1;
  return Math.max(1, Math.ceil(Math.min(jittered, left)));
}

/**
 * What keeps thousands of uploads waiting at once is EC2's rate of launches. The last of them, and those that met an error
 * on the way, would sleep through minutes in which EC2 had taken them: so none waits longer at a time than a hundredth of
 * what it has waited already.
 */
function longestWait(pace: Pace, waited: number): number {
  if (waited > 86_400) return LONGEST_AFTER_A_DAY;
  if (pace === 'turn' || pace === 'capacity') return LONGEST[pace];
  return Math.min(LONGEST[pace], Math.max(LEAST_OF_CALLS, waited * SHARE_OF_CALLS));
}

/** When a message has waited long enough, in milliseconds since 1970. */
export function waitEnd(reception: Reception, launchWaitSeconds: number): number {
  return reception.sentAt + launchWaitSeconds * 1000;
}
