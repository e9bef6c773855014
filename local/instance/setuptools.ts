import { mkdirSync } from 'node:fs';
import type { Interpreter } from './python';
import { runProgram } from './run-program';

/** From here on Python's own venv makes environments without setuptools. */
const WITHOUT = 12;
/** imagebuilder/files/python/pip.txt: the last for Python 3.6. */
const LAST_FOR_36 = '59.6.0';

// The wheel that ensurepip would install. WHEEL_PKG_DIR is where distributions keep it.
const FIND = `
import ensurepip, glob, os, sysconfig
for folder in sysconfig.get_config_var('WHEEL_PKG_DIR'), os.path.join(os.path.dirname(ensurepip.__file__), '_bundled'):
    for name in sorted(glob.glob(os.path.join(glob.escape(folder or ''), 'setuptools-*.whl'))):
        print(name)
`;

/**
 * Unpacks what an environment of the interpreter holds at first into an image's `opt/setuptools`: what its own venv
 * would put there besides pip. Returns how that differs from an AMI's, as a sentence.
 */
export async function prepareSetuptools({ path: python, version }: Interpreter, dir: string): Promise<string[]> {
  mkdirSync(dir, { recursive: true });
  const minor = Number(version.split('.')[1]);
  if (minor >= WITHOUT) return [];
  const { stdout } = await runProgram(python, ['-E', '-s', '-c', FIND]);
  const wheel = stdout.trim().split('\n')[0];
  if (!wheel || (await runProgram(python, ['-m', 'zipfile', '-e', wheel, dir])).code !== 0) {
    return [`Python ${version} has no setuptools here to put into an environment, as that of the AMI has`];
  }
  const [, found = ''] = /\/setuptools-([^-]+)-[^/]*$/.exec(wheel) ?? [];
  if (minor > 6 || found === LAST_FOR_36) return [];
  return [`Python ${version} has setuptools ${found} here, and ${LAST_FOR_36} on the AMI`];
}
