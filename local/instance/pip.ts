import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { howToGetPip } from '../../bin/requirements';
import { UserError } from '../../contract/user-error';
import { type PipSource, pipsOf, pipsOfAll } from './pip-sources';
import { allPythons, type Interpreter } from './python';
import { runProgram } from './run-program';

/** The pip of an image. */
export interface ImagePip {
  version: string;
  /**
   * Older than 20: no packages built by pyproject.toml alone with a backend of their own,
   * no wheels newer than manylinux1.
   */
  old: boolean;
}

/** First pip that takes backend-path (PEP 517's in-tree build backends) and manylinux2014 wheels. */
const MODERN = 20;

/**
 * Puts a pip that runs under the interpreter into an image: its own or its ensurepip's if modern, else one of another
 * interpreter of this machine, else the interpreter's old one.
 *
 * @param dir the image's `opt/pip`; the package comes to lie in its `pip` folder
 * @throws UserError with what to do when there is none
 */
export async function preparePip(interpreter: Interpreter, dir: string): Promise<ImagePip> {
  const own = await pipsOf(interpreter.path);
  const works = (source: PipSource) => runsOn(source, interpreter) && putPip(source, dir, interpreter);
  for (const source of own.filter(isModern)) if (await works(source)) return report(source);
  const tried = new Set(own.map((source) => source.version));
  for (const source of (await pipsOfAll(allPythons(), interpreter.path)).filter(isModern)) {
    if (tried.has(source.version)) continue;
    tried.add(source.version);
    if (await works(source)) return report(source);
  }
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

// Every instance is a copy of the image: compiled once here, not at each job.
const COMPILE_AND_LOAD = `
import compileall, sys
compileall.compile_dir(sys.argv[1], quiet=2)
import pip._internal.commands.install
`;

/** Copies or unpacks a pip to `dir` and says whether it can install there. What its metadata promises is not enough. */
export async function putPip(source: PipSource, dir: string, { path: python }: Interpreter): Promise<boolean> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const fill =
    source.kind === 'wheel'
      ? await runProgram(python, ['-m', 'zipfile', '-e', source.path, dir])
      : await runProgram('cp', ['-a', path.join(source.path, 'pip'), dir]);
  if (fill.code !== 0) return false;
  // With its metadata it would pass for a package of the environment that it works on.
  for (const name of readdirSync(dir))
    if (name.endsWith('.dist-info')) rmSync(path.join(dir, name), { recursive: true });
  const env = { ...process.env, PYTHONPATH: dir };
  return (await runProgram(python, ['-s', '-c', COMPILE_AND_LOAD, dir], { env })).code === 0;
}
