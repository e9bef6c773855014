import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PipSource } from '../../local/instance/pip-sources';
import { allPythons } from '../../local/instance/python';
import { runProgram } from '../../local/instance/run-program';

// Pinned, because an interpreter of its age brings pip 18.1. The sum is its wheel's on PyPI.
const LAST_FOR_36 = 'pip==21.3.1 --hash=sha256:deaf32dcd9ab821e359cd8330786bcd077604b5c5730c0b096eda46f95c24a2d\n';

/**
 * The last pip for Python 3.6, from the package index; undefined when it cannot be had.
 *
 * @param cacheDir where it is kept between runs
 */
export async function lastPipFor36(cacheDir: string): Promise<PipSource | undefined> {
  const wheel = path.join(cacheDir, 'pip-21.3.1-py3-none-any.whl');
  const found: PipSource = { version: '21.3.1', path: wheel, kind: 'wheel', oldestPython: [3, 6] };
  if (existsSync(wheel)) return found;
  mkdirSync(cacheDir, { recursive: true });
  const requirement = path.join(cacheDir, 'pip.txt');
  writeFileSync(requirement, LAST_FOR_36);
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
  for (const python of allPythons()) {
    const { code, stderr } = await runProgram(python, args, { limitMs: 30_000 });
    if (code === 0) return found;
    // The next pip would ask the same index: only one that is not there at all is worth another.
    if (!stderr.includes('No module named pip')) return undefined;
  }
  return undefined;
}
