const WITH_FRACTION = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z$/;

/** A time in ISO 8601 in UTC in whole seconds, as the runner writes it: `2026-11-26T06:00:00Z`; another text as it is. */
export function wholeSeconds(time: string): string {
  return time.replace(WITH_FRACTION, '$1Z');
}
