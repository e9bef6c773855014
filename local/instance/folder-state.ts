import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { keyOf } from '../../bin/cache';

/** A digest of the paths, modes, sizes and times of all files and links below a folder: another one when any was changed. */
export function folderState(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return keyOf(
    ...names.flatMap((name) => {
      const entry = lstatSync(path.join(folder, name));
      return entry.isDirectory() ? [] : [name, `${entry.mode} ${entry.size} ${entry.mtimeMs}`];
    }),
  );
}
