import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { prepareImage } from '../local/instance/image';
import { compare } from './measure';

const ROOT = path.join(__dirname, '..');
const WHEEL = path.join(ROOT, 'example/wheels/barchart-1.0.0-py3-none-any.whl');
const run = promisify(execFile);

/** The Python environment of a job up to the first line of an app that imports its requirement. */
export async function benchEnvironment(dir: string, rounds: number): Promise<void> {
  const image = path.join(dir, 'image');
  const { python } = await prepareImage({
    rootfs: path.join(ROOT, 'runner-script/rootfs'),
    dir: image,
    pythonVersion: '3.6',
  });
  const interpreter = python.used.path;
  const pip = { ...process.env, PYTHONPATH: path.join(image, 'opt/pip') };
  const quiet = ['--quiet', '--no-index', '--disable-pip-version-check'];
  const baked = path.join(dir, 'baked');
  const fresh = path.join(dir, 'fresh');
  const withoutPip = async (venv: string) => {
    await run(interpreter, ['-m', 'venv', '--without-pip', venv]);
    await run(path.join(venv, 'bin/python'), ['-m', 'pip', 'install', ...quiet, WHEEL], { env: pip });
  };
  const firstLine = async (venv: string) => {
    await run(path.join(venv, 'bin/python'), ['-c', 'import barchart']);
  };
  mkdirSync(dir, { recursive: true });
  await withoutPip(baked);
  await compare(
    `the app's environment, Python ${python.used.version}, to its first line`,
    [
      {
        name: 'baked, used in place (the runner on a hit)',
        run: async () => {
          if (!existsSync(path.join(baked, 'bin/python'))) throw new Error('the baked environment is gone');
          await firstLine(baked);
        },
      },
      {
        name: 'venv --without-pip, pinned pip (the runner on a miss)',
        run: async () => {
          rmSync(fresh, { recursive: true, force: true });
          await withoutPip(fresh);
          await firstLine(fresh);
        },
      },
      {
        name: 'venv with ensurepip, its pip',
        run: async () => {
          rmSync(fresh, { recursive: true, force: true });
          await run(interpreter, ['-m', 'venv', fresh]);
          await run(path.join(fresh, 'bin/python'), ['-m', 'pip', 'install', ...quiet, WHEEL]);
          await firstLine(fresh);
        },
      },
    ],
    rounds,
  );
}
