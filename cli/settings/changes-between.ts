import type { TemplateData } from '../../lambda/publish/template';
import { type Setting, settingsOf } from './settings-of';

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

/** Whether two versions have the same settings and the same image, whoever wrote them. */
export function saysTheSame(one: TemplateData, other: TemplateData): boolean {
  return changesBetween(settingsOf(one), settingsOf(other)).length === 0;
}

/** A change as a line for people. */
export function changeLine({ name, old, new: now }: SettingChange): string {
  return `${name}: ${old || '(nothing)'} -> ${now || '(nothing)'}`;
}
