import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE, keyOf } from '../../bin/cache';
import { folderState } from './folder-state';
import { copyTree, type ImageOptions, type LocalImage, linkTree, prepareImage, SHIMS } from './image';
import { pythonsState } from './pythons-state';

/** One that nobody has used for so long was made of other sources or interpreters. */
const UNUSED_MS = 24 * 60 * 60 * 1000;

interface Label {
  image: Omit<LocalImage, 'dir'>;
  /** Of its files: an image that somebody has changed, or that a full disk has cut, is made again. */
  state: string;
}

/**
 * An image of {@link prepareImage}, made once and kept for later machines: to ask every Python of this machine takes
 * longer than a short job. It is made again when what it is made of has changed: the runner's files, how it is made, and
 * the interpreters with their packages. One whose Python is not the wanted one is not kept: that depends on more.
 *
 * @param dir the image; made anew. Its files are links to those kept: to be copied from, not to be written to
 * @param kept where images are kept
 */
export async function keptImage(options: ImageOptions, kept = path.join(CACHE, 'images')): Promise<LocalImage> {
  const { dir, ...sources } = options;
  const folder = folderFor(sources, kept);
  const known = folder && readLabel(folder);
  if (known && (await isLinked(path.join(folder, 'root'), dir))) return { dir, ...known.image };
  const image = await prepareImage(options);
  if (folder && !image.python.fallback) await keep(image, folder).catch(() => undefined);
  return image;
}

/** Where an image of these sources is kept; undefined where not all of them can be looked at. */
function folderFor(sources: Omit<ImageOptions, 'dir'>, kept: string): string | undefined {
  try {
    return path.join(kept, keyOf(...sourcesOf(sources)));
  } catch {
    return undefined;
  }
}

/** False when another process has taken the kept image away meanwhile. */
async function isLinked(root: string, dir: string): Promise<boolean> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  return linkTree(root, dir).then(
    () => true,
    () => false,
  );
}

function sourcesOf({ rootfs, pythonVersion }: Omit<ImageOptions, 'dir'>): string[] {
  const folders = [rootfs, SHIMS].map(folderState);
  const makers = readdirSync(__dirname).filter((name) => name.endsWith('.ts'));
  return [
    ...folders,
    ...makers.map((name) => readFileSync(path.join(__dirname, name), 'utf8')),
    pythonsState(pythonVersion),
  ];
}

/** What is known of a kept image; undefined when there is none that is whole. */
function readLabel(folder: string): Label | undefined {
  try {
    const file = path.join(folder, 'image.json');
    const label = JSON.parse(readFileSync(file, 'utf8')) as Label;
    if (folderState(path.join(folder, 'root')) !== label.state) {
      rmSync(folder, { recursive: true, force: true });
      return undefined;
    }
    utimesSync(file, new Date(), new Date());
    return label;
  } catch {
    return undefined;
  }
}

/** A disk that is full, or not ours to write to, costs the time to make it again, and is no error. */
async function keep({ dir, ...image }: LocalImage, folder: string): Promise<void> {
  const part = `${folder}.${randomUUID()}`;
  const root = path.join(part, 'root');
  try {
    mkdirSync(root, { recursive: true });
    await copyTree(dir, root);
    const label: Label = { image, state: folderState(root) };
    writeFileSync(path.join(part, 'image.json'), JSON.stringify(label));
    // Others see all of it or nothing. Whoever was first stays.
    renameSync(part, folder);
    removeUnused(path.dirname(folder));
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

function removeUnused(kept: string): void {
  for (const name of readdirSync(kept)) {
    const folder = path.join(kept, name);
    const used = statSync(path.join(folder, 'image.json'), { throwIfNoEntry: false }) ?? statSync(folder);
    if (Date.now() - used.mtimeMs > UNUSED_MS) rmSync(folder, { recursive: true, force: true });
  }
}
