import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../../contract/settings';

const REPOSITORY = path.join(__dirname, '..', '..');
/** What a local image holds of this repository. When it changes, jobs must not go on with the old. */
const SOURCES = ['runner-script/rootfs', 'local/instance/bin', 'imagebuilder/files'];

/** Where local images are kept: one for each stack name, below the current folder. */
const folderOf = ({ name }: Settings) => path.resolve('.lambda-ec2', 'images', name);

interface Label {
  /** Of what the image was made of. */
  fingerprint: string;
  baked: string;
}

/** A folder for a bake of these settings to work in, named by our process; what interrupted ones left is gone. */
export function newImageFolder(settings: Settings): string {
  const images = folderOf(settings);
  mkdirSync(images, { recursive: true });
  for (const name of readdirSync(images)) {
    const pid = Number(/^(?:new|old)-([0-9]+)$/.exec(name)?.[1] ?? Number.NaN);
    if (pid === process.pid || (pid > 0 && !isAlive(pid))) rmSync(path.join(images, name), { recursive: true });
  }
  const folder = path.join(images, `new-${process.pid}`);
  mkdirSync(folder);
  // A finished image has been moved by then.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Puts a finished image in the place of the last one. Returns its folder. */
export function keepImage(settings: Settings, from: string): string {
  const folder = folderOf(settings);
  const root = path.join(folder, 'root');
  const old = path.join(folder, `old-${process.pid}`);
  rmSync(path.join(folder, 'image.json'), { force: true });
  if (existsSync(root)) renameSync(root, old);
  renameSync(from, root);
  const label: Label = { fingerprint: fingerprint(settings), baked: new Date().toISOString() };
  writeFileSync(path.join(folder, 'image.json'), `${JSON.stringify(label)}\n`);
  rmSync(old, { recursive: true, force: true });
  return root;
}

/** The last good image of these settings: its folder, or why there is one that cannot be used. */
export function bakedImage(settings: Settings): { dir?: string; warning?: string } {
  const folder = folderOf(settings);
  const file = path.join(folder, 'image.json');
  if (!existsSync(file)) return {};
  const label = JSON.parse(readFileSync(file, 'utf8')) as Label;
  if (label.fingerprint === fingerprint(settings)) return { dir: path.join(folder, 'root') };
  return {
    warning:
      'the baked image was made with another runner or Python and is not used; lambda-ec2 local bake makes a new one',
  };
}

function fingerprint({ python_version }: Settings): string {
  const hash = createHash('sha256').update(python_version);
  for (const source of SOURCES) {
    for (const name of readdirSync(path.join(REPOSITORY, source), { recursive: true, encoding: 'utf8' }).sort()) {
      const file = path.join(REPOSITORY, source, name);
      // Compiled by whoever ran the file last.
      if (name.includes('__pycache__') || !statSync(file).isFile()) continue;
      hash.update(`\0${source}/${name}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}
