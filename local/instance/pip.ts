import * as fs from 'node:fs';
import * as path from 'node:path';
import { howToGetPip } from '../../bin/requirements';
import { UserError } from '../../contract/user-error';
import { type PipSource, pipsOf } from './pip-sources';
import type { Interpreter } from './python';
import { runProgram } from './run-program';

/** The pip of an image. */
export interface ImagePip {
  version: string;
  /** Older than 20: no packages built by pyproject.toml alone with a backend of their own, no wheels newer than manylinux1. */
  old: boolean;
}

interface PreparePipOptions {
  interpreter: Interpreter;
  /** The image's `opt/pip`; the package comes to lie in its `pip` folder. */
  dir: string;
  /** Other interpreters whose pip may be borrowed. */
  others: string[];
  /** Where a downloaded pip is kept between runs. Without it nothing is downloaded. */
  cacheDir?: string;
}

/** First pip that takes backend-path (PEP 517's in-tree build backends) and manylinux2014 wheels. */
const MODERN = 20;

// The last pip for Python 3.6, pinned, because an interpreter of its age brings pip 18.1. The sum is its wheel's on PyPI.
const LAST_FOR_36 = 'pip==21.3.1 --hash=sha256:deaf32dcd9ab821e359cd8330786bcd077604b5c5730c0b096eda46f95c24a2d\n';

/**
 * Puts a pip that runs under the interpreter into an image: its own or its ensurepip's if modern, else one of another
 * interpreter, else (with `cacheDir`) the last for Python 3.6 from the package index, else the interpreter's old one.
 *
 * @throws UserError with what to do when there is none
 */
export async function preparePip(options: PreparePipOptions): Promise<ImagePip> {
  const { interpreter, dir, others, cacheDir } = options;
  const own = await pipsOf(interpreter.path);
  const works = (source: PipSource) => runsOn(source, interpreter) && put(source, dir, interpreter);
  for (const source of own.filter(isModern)) if (await works(source)) return report(source);
  const tried = new Set(own.map((source) => source.version));
  for (const python of others) {
    for (const source of (await pipsOf(python)).filter(isModern)) {
      if (tried.has(source.version)) continue;
      tried.add(source.version);
      if (await works(source)) return report(source);
    }
  }
  const downloaded = cacheDir ? await downloadFor36(interpreter, others, cacheDir) : undefined;
  if (downloaded && (await works(downloaded))) return report(downloaded);
  for (const source of own) if (await works(source)) return report(source);
  throw new UserError(`no pip for Python ${interpreter.version} was found: ${howToGetPip()}`);
}

const majorOf = (source: PipSource) => Number(source.version.split('.')[0]);
const isModern = (source: PipSource) => majorOf(source) >= MODERN;
const report = (source: PipSource): ImagePip => ({ version: source.version, old: !isModern(source) });

function runsOn({ oldestPython: [major, minor] }: PipSource, { version }: Interpreter): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split('.').map(Number);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}

/** Copies or unpacks a pip to `dir` and says whether it can install there. What its metadata promises is not enough. */
async function put(source: PipSource, dir: string, { path: python }: Interpreter): Promise<boolean> {
  fs.rmSync(dir, { recursive: true, force: true });
  fs.mkdirSync(dir, { recursive: true });
  const fill =
    source.kind === 'wheel'
      ? await runProgram(python, ['-m', 'zipfile', '-e', source.path, dir])
      : await runProgram('cp', ['-a', path.join(source.path, 'pip'), dir]);
  if (fill.code !== 0) return false;
  // With its metadata it would pass for a package of the environment that it works on.
  for (const name of fs.readdirSync(dir))
    if (name.endsWith('.dist-info')) fs.rmSync(path.join(dir, name), { recursive: true });
  const env = { ...process.env, PYTHONPATH: dir };
  const check = await runProgram(python, ['-s', '-c', 'import pip._internal.commands.install'], { env });
  if (check.code !== 0) return false;
  // Every instance is a copy of the image: compiled once here, not at each job.
  await runProgram(python, ['-s', '-m', 'compileall', '-q', dir], { env });
  return true;
}

async function downloadFor36(
  { version }: Interpreter,
  others: string[],
  cacheDir: string,
): Promise<PipSource | undefined> {
  if (!version.startsWith('3.6.')) return undefined;
  const wheel = path.join(cacheDir, 'pip-21.3.1-py3-none-any.whl');
  const found: PipSource = { version: '21.3.1', path: wheel, kind: 'wheel', oldestPython: [3, 6] };
  if (fs.existsSync(wheel)) return found;
  fs.mkdirSync(cacheDir, { recursive: true });
  const requirement = path.join(cacheDir, 'pip.txt');
  fs.writeFileSync(requirement, LAST_FOR_36);
  const quickly = ['--disable-pip-version-check', '--no-input', '--retries', '0', '--timeout', '5'];
  const args = [
    '-m',
    'pip',
    'download',
    ...quickly,
    '--no-deps',
    '--only-binary',
    ':all:',
    '-d',
    cacheDir,
    '-r',
    requirement,
  ];
  for (const python of others) {
    const { code, stderr } = await runProgram(python, args, { limitMs: 30_000 });
    if (code === 0) return found;
    // The next pip would ask the same index: only one that is not there at all is worth another.
    if (!stderr.includes('No module named pip')) return undefined;
  }
  return undefined;
}
