import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Settings } from '../../contract/settings';
import { imageDocument } from '../../imagebuilder/image-document';
import { prepareImage } from '../instance/image';
import { pipWarnings } from '../instance/pip-settings';
import { warningIn } from '../instance/runner-warning';
import { serveAssets } from './assets';
import { runDocument, type ToeResult } from './run-document';
import type { StepResult } from './run-step';

export interface BakeImageOptions {
  settings: Settings;
  /** The image; what is there stays, as on an image that is baked upon another. */
  dir: string;
  onLine?: (line: string) => void;
  onStep?: (result: StepResult) => void;
  signal?: AbortSignal;
}

export interface BakedImage extends ToeResult {
  python: { wanted: string; used: string; fallback: boolean };
  /** Differences from an AMI, one sentence each. */
  warnings: string[];
}

const LEFT_OUT = 'left out: ';

/**
 * Makes the image of local instances with the image document of the AMI, all phases, tests included.
 *
 * The interpreter and pip are this machine's, because the AMI's are built or downloaded: a marker beside each tells the
 * steps to leave it. What else a bake below a folder leaves out is in the warnings.
 *
 * @throws Error, one sentence, when this machine lacks something; DocumentError for a wrong document
 */
export async function bakeImage(options: BakeImageOptions): Promise<BakedImage> {
  const { settings, dir, onLine = () => {}, onStep, signal } = options;
  const work = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-bake-'));
  try {
    const warnings: string[] = [];
    const base = path.join(work, 'base');
    const nothing = path.join(work, 'nothing');
    mkdirSync(nothing);
    const version = settings.python_version;
    const { python, warnings: machineWarnings } = await prepareImage({
      rootfs: nothing,
      dir: base,
      pythonVersion: version,
    });
    mark(path.join(base, `opt/python${version}`), `Python ${python.used.version} of this machine is used`);
    mark(path.join(base, 'opt/pip'), 'the pip of this machine is used');
    cpSync(base, dir, { recursive: true, force: true, verbatimSymlinks: true });
    warnings.push(...machineWarnings, ...pipWarnings());
    const image = imageDocument(settings);
    const result = await runDocument({
      image,
      ...serveAssets(image.assets, work),
      root: { dir, kind: 'folder', environment: { BAKE_RETRY_SECONDS: '0' } },
      onLine: (line) => {
        const warning = line.startsWith(LEFT_OUT) ? line : warningIn(line);
        if (warning !== undefined) warnings.push(warning);
        onLine(line);
      },
      onStep,
      signal,
    });
    // The tests of the bake run on an instance of the image elsewhere, which takes their files with it.
    for (const name of readdirSync(path.join(dir, 'tmp'))) rmSync(path.join(dir, 'tmp', name), { recursive: true });
    const { wanted, used, fallback } = python;
    return { ...result, python: { wanted, used: used.version, fallback }, warnings };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Tells the steps of the bake that what lies in a folder was put there beforehand. */
function mark(folder: string, why: string): void {
  writeFileSync(path.join(folder, '.provided'), `${why}\n`);
}
