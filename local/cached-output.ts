import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CACHE, cached, keyOf } from '../bin/cache';

const REPOSITORY = path.join(__dirname, '..');
/** npm's list of what is installed, each package with the digest of its archive. */
const PACKAGES = 'node_modules/.package-lock.json';

/**
 * A text that `make` makes of installed packages and of sources of this repository: files, and folders with all that is in
 * them. It is made again when the content of any of these is another one.
 */
export function cachedOutput(name: string, sources: string[], make: () => string): string {
  // Installed by something else than npm.
  if (!existsSync(path.join(REPOSITORY, PACKAGES))) return make();
  const files = [PACKAGES, 'package.json', 'tsconfig.json', ...sources.flatMap(filesOf)];
  const contents = files.flatMap((file) => [file, readFileSync(path.join(REPOSITORY, file))]);
  return cached(path.join(CACHE, 'outputs', `${name}-${keyOf(...contents)}`), make);
}

function filesOf(source: string): string[] {
  const place = path.join(REPOSITORY, source);
  if (statSync(place).isFile()) return [source];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(REPOSITORY, path.join(entry.parentPath, entry.name)))
    .sort();
}
