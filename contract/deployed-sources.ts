import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from './settings';

/** The folders that a deploy makes a stack of. */
const FOLDERS = ['build', 'contract', 'imagebuilder', 'infra', 'lambda', 'runner-script'];
const LEFT_OUT = /(^|\/)(node_modules|__pycache__|\.[^/]*)(\/|$)|\.(md|pyc)$/;
const DIGITS = 16;

/**
 * A hash of the sources that a deploy makes a stack of, and of the versions of their libraries: the same in two working
 * trees when a deploy of either makes the same of the same settings. Of a file, name and content count. Throws the
 * system's error when one cannot be read.
 */
export function sourcesHash(root: string): string {
  const hash = createHash('sha256');
  for (const folder of FOLDERS) {
    const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
    const names = files.map((file) => path.relative(root, file)).filter((file) => !LEFT_OUT.test(file));
    for (const name of names.sort()) {
      const content = readFileSync(path.join(root, name));
      hash.update(`${name}\0${content.length}\0`).update(content);
    }
  }
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return hash.update(JSON.stringify(dependencies)).digest('hex').slice(0, DIGITS);
}

/** A hash of what settings.yaml says: its comments and the order of its lines do not count. */
export function settingsHash(settings: Settings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, DIGITS);
}
