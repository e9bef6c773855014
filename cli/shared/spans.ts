import { DURATION_FORMAT, parseDuration } from '../../contract/duration';
import { UserError } from '../../contract/user-error';

/** A span of time for people, in two units at most: `45s`, `3m 05s`, `2h 10m`, `5d 3h`. Of milliseconds. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** The same in its larger unit: how long ago something was. */
export function formatAge(ms: number): string {
  return formatSpan(ms).split(' ')[0] as string;
}

/**
 * The milliseconds in an option's duration.
 *
 * @throws UserError that says how to write one
 */
export function spanOption(option: string, text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new UserError(`${option} ${text}: give ${DURATION_FORMAT}`);
  return seconds * 1000;
}

/** Node.js waits no longer: 24 days. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Aborts after an option's duration. Throws a UserError that says how to write one. */
export function timeoutOption(option: string, text: string): AbortSignal {
  return AbortSignal.timeout(Math.min(spanOption(option, text), LONGEST_TIMER_MS));
}

/**
 * A whole number in an option, or in a variable of the environment.
 *
 * @throws UserError that says what it may be
 */
export function countOption(option: string, text: string, least = 1): number {
  if (/^[0-9]{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UserError(`${option} ${text}: give a whole number from ${least} on`);
}
