import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { python3 } from '../../bin/requirements';

export const ROOTFS = path.join(__dirname, '../../runner-script/rootfs');
/** The folder of all that the runner is made of. */
export const LIB = path.join(ROOTFS, 'usr/lib/lambda-ec2');
/** The folder of the runner's modules. */
export const RUNNER = path.join(LIB, 'runner');

const PYTHON = python3() ?? 'python3';

/**
 * What a piece of Python says of `input`, with the runner's modules at hand and in the runner's own isolation. The
 * script finds the input as `given` and leaves its answer in `said`.
 */
export function inRunner<T>(script: string, input: unknown): T {
  const code = `import json, sys\nsys.path.insert(0, ${JSON.stringify(LIB)})\ngiven = json.load(sys.stdin)\n${script}\njson.dump(said, sys.stdout)`;
  const stdout = execFileSync(PYTHON, ['-B', '-I', '-S', '-c', code], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 16 << 20,
  });
  return JSON.parse(stdout) as T;
}

/** What a piece of Bash prints with the parts of the last layers loaded, from the repository or a root that has them. */
export function inLastResort(script: string, args: string[] = [], lib = LIB): string {
  const load = ['last-resort', 'last-record'].map((part) => `source ${lib}/${part}.sh`).join('\n');
  return execFileSync('bash', ['-c', `set -uo pipefail\n${load}\n${script}`, 'test', ...args], { encoding: 'utf8' });
}
