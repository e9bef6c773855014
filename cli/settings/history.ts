import pc from 'picocolors';
import stringWidth from 'string-width';
import { EXIT } from '../../contract/user-error';
import type { ListedVersion, SettingsHistory } from '../json/settings-history';
import { commandLine } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { countOption, formatAge } from '../shared/spans';
import { formatTable, outputWidth } from '../shared/table';
import { withVersions } from './context';
import { listedVersion } from './listed-version';
import { IMAGE } from './settings-of';

export interface HistoryOptions extends Globals {
  limit?: string;
}

const DEFAULT_LIMIT = 20;
/** EC2's most versions of a launch template ("Launch template restrictions", EC2 User Guide). */
const MOST = 10_000;
const MANY = 5_000;
/** Below that many characters there is no room for the images and for long names. */
const ROOM_FOR_ALL = 70;
const SHORT_NAME = 12;
const LEAST_CHANGES = 8;

/** `settings history`: the versions, newest first. Returns the exit status. */
export function history(options: HistoryOptions): Promise<number> {
  const limit = options.limit === undefined ? DEFAULT_LIMIT : countOption('--limit', options.limit);
  return withVersions(options, async ({ system, template }) => {
    const versions = template.versions.slice(0, limit).map((version) => listedVersion(template, version));
    const { templateId: template_id, defaultVersion: default_version } = template;
    const total = template.versions.length;
    const result: SettingsHistory = { template_id, default_version, total, versions };
    print(options.json ? result : formatHistory(versions, Date.now(), outputWidth()));
    const isDefaultListed = versions.some(({ is_default }) => is_default);
    if (!options.json && !options.quiet && total > limit) {
      const where = isDefaultListed ? '' : `; the default is ${default_version}`;
      process.stderr.write(`${total - limit} older ones are not shown${where}: -n ${total} shows all\n`);
    }
    if (!options.json && !options.quiet && total > MANY) {
      const prune = commandLine(system, 'settings', 'prune');
      process.stderr.write(
        `there are ${total} of the ${MOST} that EC2 keeps: ${prune} deletes those that nobody needs\n`,
      );
    }
    return EXIT.done;
  });
}

/** Versions as a table, in lines of at most `width` characters; the default has a star. `now` in milliseconds. */
export function formatHistory(versions: readonly ListedVersion[], now: number, width?: number): string {
  const isWide = width === undefined || width >= ROOM_FOR_ALL;
  const head = ['VERSION', 'AGE', 'BY', ...(isWide ? ['IMAGE'] : [])];
  const rows = versions.map((one) => [
    one.is_default ? pc.bold(`${one.version} *`) : String(one.version),
    formatAge(now - Date.parse(one.created)),
    isWide ? one.author : cut(one.author, SHORT_NAME),
    ...(isWide ? [shortImage(one.image_id)] : []),
  ]);
  // The changes get what the others leave.
  const others = Math.max(
    ...formatTable(head, rows)
      .split('\n')
      .map((line) => stringWidth(line)),
  );
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_CHANGES, width - others - 2);
  return formatTable(
    [...head, 'CHANGED'],
    rows.map((row, at) => [...row, cut(changedText(versions[at] as ListedVersion), room)]),
    width,
  );
}

/** Which settings a version changed, and the words of whoever wrote it. */
function changedText({ changes, note, writer }: ListedVersion): string {
  const settings = changes.filter(({ name }) => name !== IMAGE).map(({ name, new: now }) => `${name}=${now}`);
  const image = changes.some(({ name }) => name === IMAGE) ? ['image'] : [];
  const why = writer === 'publish' ? note.split(':')[0] : note.startsWith('override: ') ? '' : note;
  if (settings.length + image.length === 0) return note;
  return [why && `${why}:`, ...settings, ...image].filter(Boolean).join(' ');
}

/** The end of an AMI's id tells it apart. */
function shortImage(id: string | null): string {
  if (!id) return '-';
  return id.startsWith('ami-') ? `ami…${id.slice(-6)}` : id;
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
