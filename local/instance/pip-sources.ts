import { pyenvLibrary } from './python';
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
import glob, importlib.util, json, os, re, sys, sysconfig, zipfile
found = []
def add(kind, path, metadata):
    version = re.search(r'^Version: (\\S+)', metadata, re.M)
    oldest = re.search(r'^Requires-Python:.*?>=\\s*(\\d+)\\.(\\d+)', metadata, re.M)
    if version:
        python = [int(part) for part in oldest.groups()] if oldest else [3, 0]
        found.append({'kind': kind, 'path': path, 'version': version.group(1), 'oldestPython': python})
def look(packages, wheels):
    for name in glob.glob(os.path.join(glob.escape(packages), 'pip-*.dist-info', 'METADATA')) if packages else []:
        with open(name, encoding='utf-8') as file:
            add('folder', packages, file.read())
    for folder in wheels:
        for name in sorted(glob.glob(os.path.join(glob.escape(folder or ''), 'pip-*.whl'))):
            with zipfile.ZipFile(name) as wheel:
                metadata = [entry for entry in wheel.namelist() if entry.endswith('.dist-info/METADATA')]
                add('wheel', name, wheel.read(metadata[0]).decode('utf-8'))
def folder_of(package):
    spec = importlib.util.find_spec(package)
    return list(spec.submodule_search_locations)[0] if spec and spec.submodule_search_locations else None
if sys.argv[1:]:
    for library in sys.argv[1:]:
        look(os.path.join(library, 'site-packages'), [os.path.join(library, 'ensurepip', '_bundled')])
else:
    pip, ensurepip = folder_of('pip'), folder_of('ensurepip')
    bundled = [os.path.join(ensurepip, '_bundled')] if ensurepip else []
    look(pip and os.path.dirname(pip), [sysconfig.get_config_var('WHEEL_PKG_DIR')] + bundled)
print(json.dumps(found))
`;

/**
 * The pips that an interpreter brings along: the installed one first, then what its ensurepip would install.
 *
 * @param libraries look into these standard libraries (`…/lib/python3.9`) of other interpreters instead
 */
export async function pipsOf(python: string, libraries: string[] = []): Promise<PipSource[]> {
  const { code, stdout } = await runProgram(python, ['-E', '-s', '-c', LIST, ...libraries]);
  return code === 0 ? (JSON.parse(stdout) as PipSource[]) : [];
}

/** The pips of several interpreters. Of those whose library is known one program tells: each takes its time to start. */
export async function pipsOfAll(pythons: string[], teller: string): Promise<PipSource[]> {
  const libraries = pythons.map(pyenvLibrary).filter((library) => library !== undefined);
  const others = pythons.filter((python) => !pyenvLibrary(python));
  const told = libraries.length > 0 ? [pipsOf(teller, libraries)] : [];
  return (await Promise.all([...others.map((python) => pipsOf(python)), ...told])).flat();
}
