import { type Document, isMap, isNode, isScalar, parseDocument, stringify } from 'yaml';
import { type AppSetting, isAppSetting } from '../contract/app-settings';
import { settingsSchema } from '../contract/settings';

const COLUMN = 36;
const WIDTH = 110;
/** The app settings are the one paragraph below each of these lines: those that most people set, and the others. */
const HEADING = /^# --- The app: .*\n\n/m;
const HEADING_OF_RARE = /^# --- The app, further: .*\n\n/m;

/**
 * The text of settings.yaml with the app settings of the table in place of its own, and what each setting means as its
 * comment. A value that the file has stays, because it may be somebody's own; a new app setting has its default.
 */
export function settingsFile(current: string, settings: Readonly<Record<string, AppSetting>>): string {
  const document = parseDocument(current);
  const lines = (isRare: boolean) =>
    Object.entries(settings)
      .filter(([, { rare = false }]) => rare === isRare)
      .flatMap(([name, setting]) => {
        const value = presentValue(current, document, name) ?? defaultValue(setting);
        return settingLines(`${name}: ${value}`.trimEnd(), setting.about);
      });
  const common = withParagraph(current, HEADING, lines(false));
  return withMeanings(withParagraph(common, HEADING_OF_RARE, lines(true)));
}

function withParagraph(current: string, pattern: RegExp, lines: readonly string[]): string {
  const heading = pattern.exec(current);
  if (!heading) throw new Error(`settings.yaml has no line like ${pattern}`);
  const start = heading.index + heading[0].length;
  return current.slice(0, start) + lines.join('\n') + current.slice(current.indexOf('\n\n', start));
}

/** The file with the meanings of the other settings behind their lines, each from the schema. */
function withMeanings(current: string): string {
  const { contents } = parseDocument(current);
  const pairs = isMap(contents) ? contents.items : [];
  // From the last to the first, so that the places of those before stay right.
  return pairs.reduceRight((text, { key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const about = isAppSetting(name) ? undefined : meaningOf(name);
    if (!about || !isScalar(key) || !key.range) return text;
    const [start, keyEnd] = key.range;
    const lineEnd = text.indexOf('\n', keyEnd);
    const [valueStart, valueEnd] = (isNode(value) && value.range) || [lineEnd, lineEnd];
    // A value that begins below its name has its comment beside the name.
    const head = text.slice(start, valueStart >= lineEnd ? keyEnd + 1 : valueEnd);
    return head.includes('\n') ? text : `${text.slice(0, start)}${withMeaning(head, about)}${text.slice(lineEnd)}`;
  }, current);
}

const meaningOf = (name: string): string | undefined =>
  (settingsSchema.shape as Readonly<Record<string, { description?: string }>>)[name]?.description;

const withMeaning = (line: string, about: string) => `${line.trimEnd().padEnd(COLUMN)}# ${about}`;

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
  const commented = withMeaning(line, about);
  return commented.length <= WIDTH ? [commented] : [...wrapped(about), line];
}

function wrapped(about: string): string[] {
  const fit = new RegExp(`(.{1,${WIDTH - 2}})(?: |$)`, 'g');
  return [...about.matchAll(fit)].map(([, part]) => `# ${part}`);
}
