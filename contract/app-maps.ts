import { RULES, type SettingKind } from './app-rules';

/** A setting of the app that is a map of environment variables. What it is for is also its comment in settings.yaml. */
interface AppMap {
  /** Of each value. */
  kind: SettingKind;
  /** What is allowed, for a value that is no map. */
  form: string;
  about: string;
}

/**
 * The settings that are maps of environment variables. Each entry travels as an instance tag of its own, `app_env.NAME`,
 * so that one can be overridden alone.
 */
export const APP_MAPS = {
  app_env: {
    kind: 'variable',
    form: 'use a map of names and values such as {LOG_LEVEL: debug}',
    about: 'name: value, such as {LOG_LEVEL: debug}; nothing secret',
  },
  app_secrets: {
    kind: 'secret',
    form: "use a map of names and secrets such as {DB_PASSWORD: 'my-secret#password'}",
    about: "name: secret, such as {DB_PASSWORD: 'db#password'} (a field), {TOKEN: 'ssm:/token'}",
  },
} as const satisfies Readonly<Record<string, AppMap>>;

export type AppMapName = keyof typeof APP_MAPS;
export const APP_MAP_NAMES = Object.keys(APP_MAPS) as AppMapName[];

/** Whether a name is that of a map. */
export function isAppMap(name: string): name is AppMapName {
  return Object.hasOwn(APP_MAPS, name);
}

/** The tag of an entry. */
export const entryTag = (map: AppMapName, name: string) => `${map}.${name}`;

interface AppEntry {
  map: AppMapName;
  name: string;
}

/** The entry that a tag's key, or a word of a command, stands for: `app_env.NAME`. */
export function entryOf(tag: string): AppEntry | undefined {
  const at = tag.indexOf('.');
  const map = tag.slice(0, Math.max(at, 0));
  return isAppMap(map) ? { map, name: tag.slice(at + 1) } : undefined;
}

/** What is wrong with an entry, as the end of a sentence; undefined when nothing is. An empty value is no variable. */
export function entryProblem(map: AppMapName, name: string, value: string): string | undefined {
  const kind: SettingKind = APP_MAPS[map].kind;
  return RULES.variable_name(name) ?? RULES[kind](value);
}

/** The tags that are entries, those without a value left out, in the order of their keys. */
export function entriesIn(tags: Readonly<Record<string, string>>): [tag: string, value: string][] {
  const keys = Object.keys(tags).filter((tag) => tags[tag] !== '' && entryOf(tag) !== undefined);
  return keys.sort().map((tag) => [tag, tags[tag] as string]);
}

/** The names that two maps give: `app_env` and `app_secrets` would put one in the place of the other. */
export function sharedNames(tags: Readonly<Record<string, string>>): string[] {
  const names = entriesIn(tags).map(([tag]) => (entryOf(tag) as AppEntry).name);
  return names.filter((name, index) => names.indexOf(name) < index);
}
