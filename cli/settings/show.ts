import { existsSync } from 'node:fs';
import pc from 'picocolors';
import { EXIT } from '../../contract/user-error';
import { bakeId } from '../bake/bakes';
import type { ShownVersion } from '../json/settings-show';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { formatAge } from '../shared/spans';
import { formatTable, outputWidth } from '../shared/table';
import { changeLine, changesBetween } from './changes-between';
import { type SettingsContext, withVersions } from './context';
import { fileSettings } from './file-settings';
import { findVersion } from './find-version';
import { launchProblems } from './launch-problems';
import { listedVersion } from './listed-version';
import { IMAGE, settingsOf } from './settings-of';
import type { SettingsVersion, Versions } from './versions';

const FILE = 'settings.yaml';

/** `settings show`: all that a version says, of the default when no word names one. Returns the exit status. */
export function show(word: string | undefined, options: Globals): Promise<number> {
  return withVersions(options, async (context) => {
    const { system, template } = context;
    const version = findVersion(context, word);
    const shown: ShownVersion = {
      ...listedVersion(template, version),
      problems: launchProblems(template, version),
      image: imageOf(template, version),
      settings: settingsOf(version.data),
      file_differences: fileDifferences(system, version),
    };
    print(options.json ? shown : formatVersion(shown, Date.now(), outputWidth()));
    return EXIT.done;
  });
}

function imageOf({ images }: Versions, { data }: SettingsVersion): ShownVersion['image'] {
  const image = images.get(data.ImageId ?? '');
  if (!image) return null;
  const { id, created, architecture = null, pythonVersion = null, buildArn } = image;
  return { id, created, architecture, python_version: pythonVersion, bake: buildArn ? bakeId(buildArn) : null };
}

/** Null when there is no file here, or it is of another stack. */
function fileDifferences(
  { name }: SettingsContext['system'],
  version: SettingsVersion,
): ShownVersion['file_differences'] {
  if (!existsSync(FILE)) return null;
  const file = fileSettings(FILE);
  if (file.name !== name) return null;
  return changesBetween(
    settingsOf(version.data).filter(({ is_setting }) => is_setting),
    file.settings,
  );
}

/** A version for people. `now` in milliseconds. */
export function formatVersion(shown: ShownVersion, now: number, width?: number): string {
  const { version, is_default, created, author, note, compared_with, changes, problems, file_differences } = shown;
  const age = (time: string) => `${formatAge(now - Date.parse(time))} ago`;
  const rows = shown.settings.map(({ name, value, is_default: isStandard }) => {
    if (name === IMAGE) return [name, imageLine(shown, age) || value];
    return [name, isStandard ? `${value || '-'} (default)` : value || '-'];
  });
  const lines = [
    `${pc.bold(`version ${version}`)}${is_default ? ', the default: jobs start from it' : ''}`,
    `by ${author}, ${age(created)} (${created.slice(0, 16).replace('T', ' ')} UTC)${note && `: ${note}`}`,
    ...problems.map((problem) => `${pc.red('no job can run from it')}: ${problem}`),
    '',
    formatSettings(rows, width),
  ];
  if (compared_with !== null) lines.push(...section(`changed since version ${compared_with}`, changes.map(changeLine)));
  if (file_differences) lines.push('', ...section(`${FILE} here says otherwise`, file_differences.map(changeLine)));
  return `${lines.join('\n').trimEnd()}\n`;
}

function imageLine({ image }: ShownVersion, age: (time: string) => string): string {
  if (!image) return '';
  const python = image.python_version ? `, Python ${image.python_version}` : '';
  return `${image.id}, ${age(image.created)}${python}${image.bake ? `, bake ${image.bake}` : ''}`;
}

/** Values are whole, on lines of their own where they do not fit. */
function formatSettings(rows: string[][], width = Number.POSITIVE_INFINITY): string {
  const table = formatTable(['SETTING', 'VALUE'], rows);
  const isWide = table.split('\n').every((line) => line.length <= width);
  return isWide ? table : `${rows.map(([name, value]) => `${name}:\n  ${value}`).join('\n')}\n`;
}

function section(heading: string, lines: string[]): string[] {
  return [`${heading}:`, ...(lines.length > 0 ? lines : ['nothing']).map((line) => `  ${line}`)];
}
