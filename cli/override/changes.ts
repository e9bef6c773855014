import { APP_MAP_NAMES, entryOf, entryProblem, isAppMap } from '../../contract/app-maps';
import { APP_SETTING_NAMES, type AppSettingName, appSetting, ruleOf } from '../../contract/app-settings';
import { isInstanceType } from '../../contract/instance-types';
import { nearestName } from '../../contract/nearest-name';
import { SETTING_NAMES, showValue } from '../../contract/settings';
import { UserError } from '../../contract/user-error';

/**
 * What an override changes in a launch template version: settings and variables (`app_env.NAME`) by their tags. An empty
 * setting means its default, an empty variable none.
 */
export interface Changes {
  settings: Record<string, string>;
  instanceType?: string;
}

const INSTANCE_TYPE = 'instance_type';
const NAMES = [...APP_SETTING_NAMES, ...APP_MAP_NAMES.map((map) => `${map}.NAME`), INSTANCE_TYPE];

/** Reads `name=value` words. Throws one UserError with everything that is wrong. */
export function parseChanges(words: readonly string[]): Changes {
  const changes: Changes = { settings: {} };
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const word of words) {
    const at = word.indexOf('=');
    const name = at < 0 ? word : word.slice(0, at);
    const value = at < 0 ? undefined : word.slice(at + 1);
    const problem = seen.has(name) ? `${name} is given twice: leave one out` : problemOf(name, value);
    seen.add(name);
    if (problem) problems.push(problem);
    else if (name === INSTANCE_TYPE) changes.instanceType = value;
    else changes.settings[name] = value ?? '';
  }
  if (problems.length === 1) throw new UserError(problems[0] as string);
  if (problems.length > 1) throw new UserError(`${problems.length} overrides are wrong:\n  ${problems.join('\n  ')}`);
  return changes;
}

function problemOf(name: string, value: string | undefined): string | undefined {
  if (isAppMap(name)) return `${name} is a map: write ${name}.NAME=value for each variable`;
  if (entryOf(name)) return entryProblemOf(name, value);
  if (!NAMES.includes(name)) {
    if ((SETTING_NAMES as readonly string[]).includes(name)) {
      return `${name} is not part of a launch template version: change it in settings.yaml and deploy`;
    }
    const near = nearestName(name, NAMES);
    return `${name}: there is no such setting${near ? `: did you mean ${near}?` : `; known are ${NAMES.join(', ')}`}`;
  }
  if (value === undefined) return `${name}: write it as ${name}=value`;
  if (name === INSTANCE_TYPE) {
    return isInstanceType(value)
      ? undefined
      : `${name}: ${showValue(name, value)}: use an instance type such as m7i.large`;
  }
  // Without a value of its own a setting has its default.
  if (value === '' && appSetting(name as AppSettingName).default !== undefined) return undefined;
  const allowed = ruleOf(name as AppSettingName)(value);
  return allowed && `${name}: ${showValue(name, value)}: ${allowed}`;
}

function entryProblemOf(tag: string, value: string | undefined): string | undefined {
  const entry = entryOf(tag);
  if (value === undefined) return `${tag}: write it as ${tag}=value`;
  // Whatever somebody has written by hand can be taken away.
  const allowed = entry && value !== '' ? entryProblem(entry.map, entry.name, value) : undefined;
  return allowed && `${tag}: ${showValue(tag, value)}: ${allowed}`;
}
