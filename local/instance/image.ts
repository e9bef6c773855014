import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../contract/user-error';
import { allDone } from '../all-done';
import { type ImagePip, preparePip } from './pip';
import { findPython, findRunnerPython, type Interpreter } from './python';
import { runProgram } from './run-program';
import { prepareSetuptools } from './setuptools';
import { writeCommand } from './tools';

export interface ImageOptions {
  /** The runner's files, a mirror of `/`. */
  rootfs: string;
  /** The image; made anew. */
  dir: string;
  /** The setting `python_version`. */
  pythonVersion: string;
}

/** What a local base image is made of. */
export interface LocalImage {
  dir: string;
  python: { wanted: string; used: Interpreter; fallback: boolean };
  pip: ImagePip;
  /** Differences from an AMI that a person should know of, one sentence each. */
  warnings: string[];
}

/** The programs of an instance that stand in for an AMI's. */
export const SHIMS = path.join(__dirname, 'bin');
/** Where the shims lie below an instance's root. First on its PATH. */
export const SHIM_FOLDER = 'usr/local/sbin';

/**
 * Makes the folder that local instances are copied from, what a baked AMI is to real ones: the runner's files and its
 * interpreter at usr/bin/python3, the app's at opt/python<version>/bin/python3, pip at opt/pip, what an environment
 * holds at first at opt/setuptools, empty opt/venvs and opt/wheelhouse,
 * and a `systemctl` that reaches the instance's own init.
 *
 * @throws UserError, one sentence with what is missing and what to do
 */
export async function prepareImage(options: ImageOptions): Promise<LocalImage> {
  const { rootfs, dir, pythonVersion: wanted } = options;
  const [{ interpreter: used, fallback }] = await allDone([findPython(wanted), layOut(rootfs, dir)]);
  putInterpreter(path.join(dir, `opt/python${wanted}/bin/python3`), used);
  const [pip, setuptools] = await allDone([
    preparePip(used, path.join(dir, 'opt/pip')),
    prepareSetuptools(used, path.join(dir, 'opt/setuptools')),
    prepareRunner(dir, used),
  ]);
  const python = { wanted, used, fallback };
  return { dir, python, pip, warnings: [...imageWarnings(python, pip), ...setuptools] };
}

/** The image without any Python. */
async function layOut(rootfs: string, dir: string): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await copyTree(rootfs, dir);
  for (const folder of ['opt/venvs', 'opt/wheelhouse', 'run', 'tmp', 'var', 'root', SHIM_FOLDER]) {
    mkdirSync(path.join(dir, folder), { recursive: true });
  }
  await copyTree(SHIMS, path.join(dir, SHIM_FOLDER));
}

/** The runner's interpreter, and its modules compiled: every instance is a copy of the image. */
async function prepareRunner(dir: string, used: Interpreter): Promise<void> {
  const python = await findRunnerPython(used);
  putInterpreter(path.join(dir, 'usr/bin/python3'), python);
  const code = path.join(dir, 'usr/lib/lambda-ec2');
  if (existsSync(code)) await runProgram(python.path, ['-I', '-S', '-m', 'compileall', '-q', code]);
}

function putInterpreter(file: string, { path: program }: Interpreter): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeCommand(file, program);
}

function imageWarnings({ wanted, used, fallback }: LocalImage['python'], pip: ImagePip): string[] {
  const warnings: string[] = [];
  if (fallback) {
    warnings.push(
      `this machine has no working Python ${wanted}: the app runs with Python ${used.version} instead (install Python ${wanted}, for example with pyenv, to run it as AWS will)`,
    );
  }
  if (pip.old) {
    warnings.push(
      `Python ${used.version} has only pip ${pip.version} here, which cannot install every package that the AMI's pip can (run \`${used.path} -m pip install pip==21.3.1\` once)`,
    );
  }
  return warnings;
}

/** The content of one folder into another, with times, modes and links; blocks are shared where the file system can. */
export async function copyTree(from: string, to: string): Promise<void> {
  await copy(from, to, []);
}

/** The same with links to the files in the place of copies, where both folders are on one file system. */
export async function linkTree(from: string, to: string): Promise<void> {
  await copy(from, to, ['--link']).catch(() => copyTree(from, to));
}

async function copy(from: string, to: string, options: string[]): Promise<void> {
  const { code, stderr } = await runProgram('cp', ['-a', ...options, `${from}/.`, to]);
  if (code !== 0) throw new UserError(`copying ${from} to ${to} failed: ${stderr.trim()}`);
}
