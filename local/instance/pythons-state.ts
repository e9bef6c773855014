import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { candidates } from './python';

/** Where Debian keeps what interpreters share: wheels, and packages that an administrator has installed. */
const SHARED = ['/usr/share/python-wheels', '/usr/local'];

/**
 * The interpreters of this machine that an image may be made of, with the times of their folders of packages: another
 * text when one of them was installed, removed or upgraded, or got another pip.
 */
export function pythonsState(wanted: string): string {
  const programs = candidates(wanted).map((program) => [program, realpathSync(program)] as const);
  const prefixes = programs.map(([, real]) => path.dirname(path.dirname(real)));
  const places = [...programs.map(([, real]) => real), ...[...prefixes, ...SHARED].flatMap(packageFolders)];
  return JSON.stringify([programs, [...new Set(places)].map(stateOf)]);
}

function packageFolders(prefix: string): string[] {
  const lib = path.join(prefix, 'lib');
  const libraries = entriesOf(lib).filter((name) => name.startsWith('python3'));
  const packages = ['site-packages', 'dist-packages', 'ensurepip/_bundled'];
  return [prefix, ...libraries.flatMap((name) => packages.map((folder) => path.join(lib, name, folder)))];
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function stateOf(file: string) {
  const found = statSync(file, { throwIfNoEntry: false });
  return [file, found?.size, found?.mtimeMs];
}
