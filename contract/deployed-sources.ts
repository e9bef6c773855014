import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from './settings';

/** The folders that a deploy makes a stack of. */
const FOLDERS = ['build', 'contract', 'imagebuilder', 'infra', 'lambda', 'runner-script'];
/** What a deploy is told beside them: the feature flags of the CDK. */
const FILES = ['cdk.json'];
const LEFT_OUT = /(^|\/)(node_modules|__pycache__|\.[^/]*)(\/|$)|\.(md|pyc|orig|rej|bak)$|~$/;
const DIGITS = 16;

/**
 * A hash of the sources that a deploy makes a stack of, and of the versions of their libraries: the same in two working
 * trees when a deploy of either makes the same of the same settings. Of a file, name and content count. Throws the
 * system's error when one cannot be read.
 */
export function sourcesHash(root: string): string {
  const hash = createHash('sha256');
  for (const name of [...FILES, ...FOLDERS.flatMap((folder) => filesBelow(root, folder))]) {
    const content = readFileSync(path.join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash
    .update(JSON.stringify(libraries(root)))
    .digest('hex')
    .slice(0, DIGITS);
}

function filesBelow(root: string, folder: string): string[] {
  const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const names = files.map((file) => path.relative(root, file)).filter((file) => !LEFT_OUT.test(file));
  return names.sort();
}

/** What is installed, by the lockfile, but for what only tests and checks need. */
function libraries(root: string): [place: string, version: string | undefined][] {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Lockfile;
  const installed = Object.entries(packages).filter(([place, { dev }]) => place !== '' && !dev);
  return installed.map(([place, { version, integrity }]) => [place, integrity ?? version]);
}

/** The part of npm's lockfile that counts: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json. */
interface Lockfile {
  packages: Record<string, { version?: string; integrity?: string; dev?: boolean }>;
}

/** A hash of what settings.yaml says: its comments and the order of its lines do not count. */
export function settingsHash(settings: Settings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, DIGITS);
}
