import { type Document, isScalar, parseDocument, stringify } from 'yaml';
import type { AppSetting } from '../contract/app-settings';

const COLUMN = 36;
const WIDTH = 110;
/** The app settings are the one paragraph below this line. */
const HEADING = /^# --- The app: .*\n\n/m;

/**
 * The text of settings.yaml with the app settings of the table in place of its own, each with its comment. A value that the
 * file has stays, because it may be somebody's own; a new setting has its default.
 */
export function settingsFile(current: string, settings: Readonly<Record<string, AppSetting>>): string {
  const heading = HEADING.exec(current);
  if (!heading) throw new Error(`settings.yaml has no line like ${HEADING}`);
  const document = parseDocument(current);
  const start = heading.index + heading[0].length;
  const lines = Object.entries(settings).flatMap(([name, setting]) => {
    const value = presentValue(current, document, name) ?? defaultValue(setting);
    return settingLines(`${name}: ${value}`.trimEnd(), setting.about);
  });
  return current.slice(0, start) + lines.join('\n') + current.slice(current.indexOf('\n\n', start));
}

/** A value as it is written in the file; undefined for a setting that is not there. */
function presentValue(text: string, document: Document, name: string): string | undefined {
  const node = document.get(name, true);
  return isScalar(node) && node.range ? text.slice(node.range[0], node.range[1]) : undefined;
}

function defaultValue({ kind, default: fallback, example }: AppSetting): string {
  const value = fallback ?? example ?? '';
  return kind === 'boolean' ? value : stringify(value, { singleQuote: true }).trimEnd();
}

/** A setting with its comment behind it, or above it where the line would be too long. */
function settingLines(line: string, about: string): string[] {
  const commented = `${line.padEnd(COLUMN)}# ${about}`;
  return commented.length <= WIDTH ? [commented] : [...wrapped(about), line];
}

function wrapped(about: string): string[] {
  const fit = new RegExp(`(.{1,${WIDTH - 2}})(?: |$)`, 'g');
  return [...about.matchAll(fit)].map(([, part]) => `# ${part}`);
}
