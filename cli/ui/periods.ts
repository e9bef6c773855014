const DAY = 24 * 3600 * 1000;
/** About so many periods are shown at most. */
const MOST = 40;

/** A part of time, named by its beginning: `2026-11-26`, or `2026-11` for a month. */
export interface Periods {
  unit: 'day' | 'week' | 'month';
  /** All from the first to the last, those without jobs included. */
  names: string[];
  /** The period that a time in ISO 8601 is in. */
  of(iso: string): string;
}

/** Parts of time, in UTC, for what happened between two times in ISO 8601. */
export function periodsBetween(first: string, last: string): Periods {
  const days = (Date.parse(last) - Date.parse(first)) / DAY;
  const unit = days < MOST ? 'day' : days < 7 * MOST ? 'week' : 'month';
  const of = PERIOD[unit];
  const names = new Set<string>();
  for (let at = Date.parse(first); at < Date.parse(last); at += DAY) names.add(of(new Date(at).toISOString()));
  return { unit, names: [...names.add(of(last))], of };
}

/** The month of a time. */
export const monthOf = (iso: string) => iso.slice(0, 7);

const dayOf = (iso: string) => iso.slice(0, 10);

/** By its Monday, as in ISO 8601; the first day of 1970 was a Thursday. */
function weekOf(iso: string): string {
  const day = Math.floor(Date.parse(iso) / DAY);
  return dayOf(new Date((day - ((day + 3) % 7)) * DAY).toISOString());
}

const PERIOD = { day: dayOf, week: weekOf, month: monthOf };
