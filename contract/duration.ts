const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DURATION = /^([1-9][0-9]{0,6})([smhd])$/;

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

/** Seconds as a person says them, two units at most: 45 s, 12 min, 1 h 5 min, 2 d 3 h. */
export function sayDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const join = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small ? `${big} ${bigUnit} ${small} ${smallUnit}` : `${big} ${bigUnit}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}
