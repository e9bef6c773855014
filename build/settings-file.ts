import { stringify } from 'yaml';
import type { AppSetting } from '../contract/app-settings';

const COLUMN = 36;
const WIDTH = 110;
/** The app settings are the one paragraph below this line. */
const HEADING = /^# --- The app: .*\n\n/m;

/** The text of settings.yaml with the app settings of the table in place of its own: each with its default and its comment. */
export function settingsFile(current: string, settings: Readonly<Record<string, AppSetting>>): string {
  const heading = HEADING.exec(current);
  if (!heading) throw new Error(`settings.yaml has no line like ${HEADING}`);
  const start = heading.index + heading[0].length;
  const lines = Object.entries(settings).flatMap(([name, setting]) => settingLines(name, setting));
  return current.slice(0, start) + lines.join('\n') + current.slice(current.indexOf('\n\n', start));
}

/** A setting with its comment behind it, or above it where the line would be too long. */
function settingLines(name: string, { kind, default: fallback, example, about }: AppSetting): string[] {
  const value = fallback ?? example ?? '';
  const line = `${name}: ${kind === 'boolean' ? value : stringify(value, { singleQuote: true }).trimEnd()}`;
  const commented = `${line.padEnd(COLUMN)}# ${about}`;
  return commented.length <= WIDTH ? [commented] : [...wrapped(about), line];
}

function wrapped(about: string): string[] {
  const fit = new RegExp(`(.{1,${WIDTH - 2}})(?: |$)`, 'g');
  return [...about.matchAll(fit)].map(([, part]) => `# ${part}`);
}
