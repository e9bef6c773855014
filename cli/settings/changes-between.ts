import type { Setting } from './settings-of';

/** A setting that two versions do not agree in. Empty where one does not have it. */
export interface SettingChange {
  name: string;
  old: string;
  new: string;
}

/** What differs, in the order of the newer one. */
export function changesBetween(older: readonly Setting[], newer: readonly Setting[]): SettingChange[] {
  const olds = new Map(older.map(({ name, value }) => [name, value]));
  const news = new Map(newer.map(({ name, value }) => [name, value]));
  return [...new Set([...news.keys(), ...olds.keys()])]
    .map((name) => ({ name, old: olds.get(name) ?? '', new: news.get(name) ?? '' }))
    .filter((change) => change.old !== change.new);
}

/** A change as a line for people. */
export function changeLine({ name, old, new: now }: SettingChange): string {
  return `${name}: ${old || '(nothing)'} -> ${now || '(nothing)'}`;
}
