import { runProgram } from './run-program';

/** A pip that lies somewhere on this machine, for any interpreter. */
export interface PipSource {
  /** `21.3.1` */
  version: string;
  /** A wheel file, or the folder that holds the `pip` package. */
  path: string;
  kind: 'wheel' | 'folder';
  /** Oldest Python it runs on, as [major, minor]. */
  oldestPython: [number, number];
}

// Nothing is imported from pip: what it is, its files say.
// WHEEL_PKG_DIR is where distributions keep ensurepip's wheels.
const LIST = `
import glob, importlib.util, json, os, re, sysconfig, zipfile
found = []
def add(kind, path, metadata):
    version = re.search(r'^Version: (\\S+)', metadata, re.M)
    oldest = re.search(r'^Requires-Python:.*?>=\\s*(\\d+)\\.(\\d+)', metadata, re.M)
    if version:
        python = [int(part) for part in oldest.groups()] if oldest else [3, 0]
        found.append({'kind': kind, 'path': path, 'version': version.group(1), 'oldestPython': python})
spec = importlib.util.find_spec('pip')
if spec and spec.submodule_search_locations:
    folder = os.path.dirname(list(spec.submodule_search_locations)[0])
    for name in glob.glob(os.path.join(glob.escape(folder), 'pip-*.dist-info', 'METADATA')):
        with open(name, encoding='utf-8') as file:
            add('folder', folder, file.read())
folders = [sysconfig.get_config_var('WHEEL_PKG_DIR')]
ensurepip = importlib.util.find_spec('ensurepip')
if ensurepip:
    folders.append(os.path.join(os.path.dirname(ensurepip.origin), '_bundled'))
for folder in folders:
    for name in sorted(glob.glob(os.path.join(glob.escape(folder or ''), 'pip-*.whl'))):
        with zipfile.ZipFile(name) as wheel:
            metadata = [entry for entry in wheel.namelist() if entry.endswith('.dist-info/METADATA')]
            add('wheel', name, wheel.read(metadata[0]).decode('utf-8'))
print(json.dumps(found))
`;

/** The pips that an interpreter brings along: the installed one first, then what its ensurepip would install. */
export async function pipsOf(python: string): Promise<PipSource[]> {
  const { code, stdout } = await runProgram(python, ['-E', '-s', '-c', LIST]);
  return code === 0 ? (JSON.parse(stdout) as PipSource[]) : [];
}
