import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../build/bundle';
import { cachedOutput } from '../cached-output';

/** What a function is bundled from and with. */
const SOURCES = ['lambda', 'contract', 'build'];

/** Puts the bundle of a function, as a deploy makes it, into a folder. Returns its file. */
export function functionBundle(folder: string, name: string): string {
  const file = path.join(folder, name, 'index.js');
  mkdirSync(path.dirname(file), { recursive: true });
  const text = cachedOutput(`${name}.js`, SOURCES, () => bundled(name));
  writeFileSync(file, text);
  return file;
}

function bundled(name: string): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-functions-'));
  try {
    return readFileSync(bundle(dir, [name])[name] as string, 'utf8');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
