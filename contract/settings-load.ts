import { readFileSync } from 'node:fs';
import { isMap, isScalar, parseDocument } from 'yaml';
import { APP_MAP_NAMES } from './app-maps';
import { MAY_LOOK_LIKE_NUMBER } from './app-rules';
import { APP_SETTING_NAMES, appSetting } from './app-settings';
import { nearestName } from './nearest-name';
import { SETTING_NAMES, type Settings, settingsSchema, showValue } from './settings';
import { conflicts } from './settings-consistency';
import { UserError } from './user-error';

/** One thing wrong with the settings: where, what stands there, and what is allowed. */
export interface SettingsProblem {
  path: string;
  value: string;
  allowed: string;
}

/** Settings that cannot be used. The message lists every problem, one a line. */
export class SettingsError extends UserError {
  override readonly name = 'SettingsError';
  readonly problems: SettingsProblem[];

  constructor(source: string, problems: SettingsProblem[]) {
    const lines = problems.map((p) => `  ${p.path ? `${p.path}: ` : ''}${p.value ? `${p.value}: ` : ''}${p.allowed}`);
    super(`${source} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** What a use of the settings demands beyond their schema. What is wrong by that has its default here. */
export type FurtherCheck = (settings: Settings) => SettingsProblem[];

/** The names of settings that are text although YAML may see a number. */
export const TEXT_SETTINGS: ReadonlySet<string> = new Set([
  'name',
  ...APP_SETTING_NAMES.filter((name) => MAY_LOOK_LIKE_NUMBER[appSetting(name).kind]),
]);

/**
 * Reads and validates settings.yaml.
 *
 * Throws a {@link SettingsError} with all problems at once, or the file system's own error when there is no such file.
 */
export function loadSettings(file: string, further?: FurtherCheck): Settings {
  return parseSettings(readFileSync(file, 'utf8'), file, further);
}

/** Validates the text of a settings file; `source` names it in the error. */
export function parseSettings(yaml: string, source = 'settings.yaml', further?: FurtherCheck): Settings {
  return checkSettings(readSettings(yaml, source), source, further);
}

/**
 * What a settings file says, by name, before any value is checked; for whoever puts something else on top. Throws a
 * {@link SettingsError} when the text is no YAML or no mapping.
 */
export function readSettings(yaml: string, source: string): Record<string, unknown> {
  const document = parseDocument(yaml);
  if (document.errors.length > 0) {
    throw new SettingsError(
      source,
      document.errors.map((error) => ({
        path: '',
        value: '',
        allowed: error.message.split('\n', 1)[0] as string,
      })),
    );
  }
  for (const name of TEXT_SETTINGS) asText(document.get(name, true));
  for (const name of APP_MAP_NAMES) {
    const map = document.get(name);
    if (isMap(map)) for (const { value } of map.items) asText(value, '');
  }
  return mapping(document.toJS() ?? {}, source);
}

/** Makes a node the text that was written there, whatever YAML sees in it; nothing is `nothing`. */
function asText(node: unknown, nothing: string | null = null): void {
  if (!isScalar(node)) return;
  node.value = node.value === null ? nothing : node.source;
}

function mapping(raw: unknown, source: string): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>;
  throw new SettingsError(source, [{ path: '', value: showValue('', raw), allowed: 'use one `name: value` a line' }]);
}

/** Validates settings, from a file or put together from elsewhere. Throws a SettingsError with all problems at once. */
export function checkSettings(raw: unknown, source = 'settings', further: FurtherCheck = () => []): Settings {
  const given = Object.fromEntries(Object.entries(mapping(raw, source)).filter(([, value]) => value !== null));
  const parsed = settingsSchema.safeParse(given);
  const issues = parsed.success ? [] : parsed.error.issues;
  const wrong = new Set(issues.flatMap((i) => (isUnknownSetting(i) ? i.keys : [String(i.path[0])])));
  const valid = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  // So that all problems come at once: what is right alone is compared even when something else is wrong.
  const settings = parsed.success ? parsed.data : settingsSchema.parse({ app_url: 'file:///none', ...valid });
  const problems = [
    ...issues.flatMap((issue) => problemsOf(issue, given)),
    ...conflicts(settings, wrong).map(({ path, allowed }) => problem(path, settings, allowed)),
    ...further(settings),
  ];
  if (problems.length > 0) throw new SettingsError(source, problems);
  return settings;
}

type Issue = NonNullable<ReturnType<typeof settingsSchema.safeParse>['error']>['issues'][number];

type UnknownSettings = Extract<Issue, { code: 'unrecognized_keys' }>;

/** Not a name within the value of a setting. */
function isUnknownSetting(issue: Issue): issue is UnknownSettings {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0;
}

function problemsOf(issue: Issue, given: object): SettingsProblem[] {
  if (!isUnknownSetting(issue)) return [problem(issue.path, given, issue.message)];
  return issue.keys.map((key) => {
    const near = nearestName(key, SETTING_NAMES);
    return { path: key, value: '', allowed: `there is no such setting${near ? `: did you mean ${near}?` : ''}` };
  });
}

function problem(path: readonly PropertyKey[], values: object, allowed: string): SettingsProblem {
  const value = path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown>)[part], values);
  return { path: path.join('.'), value: showValue(path.join('.'), value), allowed };
}
