const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DURATION = /^([1-9][0-9]{0,6})([smhd])$/;

/** How long the job queue keeps the message of an upload, in seconds: the most that SQS does. No job waits longer. */
export const QUEUE_RETENTION_SECONDS = 14 * 86_400;

/**
 * How long a job may wait for its instance, in seconds: SQS keeps a message for 14 days, and it must give up before.
 */
export const LAUNCH_WAIT = { least: 60, most: 13 * 86_400 } as const;

/** What a duration setting may look like; the tail of every error message about one. */
export const DURATION_FORMAT = 'a whole number and a unit, such as 60s, 15m, 8h or 2d';

/**
 * Seconds in a duration setting (`60s`, `15m`, `8h`, `2d`), or undefined when the text is not one.
 *
 * One unit only, no fractions and no bare numbers: `ec2_timeout: 60` would be read as minutes by half of its readers.
 * The runner parses the same format in Bash, so it stays simple enough for one regular expression there.
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_SECONDS[match[2] as keyof typeof UNIT_SECONDS];
}

/** Like {@link parseDuration} for text that was validated before; throws a RangeError when it was not. */
export function durationSeconds(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new RangeError(`${JSON.stringify(text)} is not ${DURATION_FORMAT}`);
  return seconds;
}
