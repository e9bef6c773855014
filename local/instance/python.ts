import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { howToGetPip } from '../../bin/requirements';
import { UserError } from '../../contract/user-error';
import { homeFolder } from './home';
import { runProgram } from './run-program';

/** A Python interpreter of this machine that was seen working. */
export interface Interpreter {
  /** The interpreter itself: no version manager's shim, no virtual environment. */
  path: string;
  /** `3.6.15` */
  version: string;
}

/**
 * The interpreter for an app that asks for Python `wanted` (`3.6`, `3.6.15`).
 *
 * Every candidate is executed, because a version manager's shim can exist for a version that is not active and then
 * fails. Without the wanted version the first working python3 is taken, and `fallback` says so.
 *
 * @throws UserError with what to install when there is no working Python 3 at all
 */
export async function findPython(wanted: string): Promise<{ interpreter: Interpreter; fallback: boolean }> {
  const isWanted = ({ version }: Interpreter) => matches(version, wanted);
  const any = onPath('python3');
  const named = await firstOf(withoutShims(onPath(`python${wanted}`), installed(wanted)), isWanted);
  const interpreter = named ?? (await firstOf(any, isWanted));
  if (interpreter) return { interpreter, fallback: false };
  const another = await firstOf([...any, ...installed('3')], () => true);
  if (another) return { interpreter: another, fallback: true };
  throw new UserError(`no working python3 with its venv module was found: ${howToGetPip()}`);
}

/**
 * Programs, then the installations of pyenv. In the place of a shim that could only start the one installation there is
 * comes that: a shim takes longer to start than all other looks at this machine.
 */
function withoutShims(programs: string[], installations: string[]): string[] {
  const [only, second] = installations;
  const direct = (file: string) => (isShim(file) && only !== undefined && second === undefined ? only : file);
  return [...programs.map(direct), ...installations];
}

/** The first of some programs that works and suits. All are tried at once: each takes its time to start. */
async function firstOf(programs: string[], suits: (interpreter: Interpreter) => boolean) {
  const interpreters = await Promise.all(distinct(programs).map(probe));
  return interpreters.find((interpreter) => interpreter !== undefined && suits(interpreter));
}

/**
 * An interpreter for the runner, which on an instance has the one of Amazon Linux 2023: 3.9 or newer.
 *
 * @param first one that is known to work
 * @throws UserError with what to install when there is none
 */
export async function findRunnerPython(first: Interpreter): Promise<Interpreter> {
  if (runsRunner(first)) return first;
  for (const candidate of allPythons()) {
    const interpreter = await identify(candidate);
    if (interpreter && runsRunner(interpreter)) return interpreter;
  }
  throw new UserError('no python3 of version 3.9 or newer was found, which the runner needs: install one');
}

function runsRunner({ version }: Interpreter): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= 9;
}

/** Every program that {@link findPython} and {@link findRunnerPython} may ask. */
export const candidates = (wanted: string): string[] => [
  ...onPath(`python${wanted}`),
  ...installed(wanted),
  ...onPath('python3'),
  ...allPythons(),
];

/** All Python 3 programs of this machine, working or not, best guess first, and none of them twice. */
export function allPythons(): string[] {
  const versioned = Array.from({ length: 12 }, (_, i) => `python3.${17 - i}`);
  const found = [...onPath('python3'), ...installed('3'), ...versioned.flatMap(onPath)];
  // A shim of pyenv takes longer to start than the installation behind it, which is here too.
  return distinct(found.filter((file) => !isShim(file)));
}

/** Programs without those that are the same file as an earlier one: /bin may be /usr/bin. */
function distinct(programs: string[]): string[] {
  const files = new Map<string, string>();
  for (const program of programs) {
    const real = realpathSync(program);
    // Links to a version manager do by their name what they do.
    const file = path.basename(real).startsWith('python') ? real : program;
    if (!files.has(file)) files.set(file, program);
  }
  return [...files.values()];
}

function matches(version: string, wanted: string): boolean {
  return version === wanted || version.startsWith(`${wanted}.`);
}

function onPath(name: string): string[] {
  const folders = (process.env.PATH ?? '/usr/bin:/bin')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).filter((file) => existsSync(file));
}

const pyenvRoot = () => process.env.PYENV_ROOT ?? path.join(homeFolder() ?? '/', '.pyenv');

const isShim = (file: string) => path.dirname(file) === path.join(pyenvRoot(), 'shims');

/** The installations of pyenv. */
function installed(wanted: string): string[] {
  const folder = path.join(pyenvRoot(), 'versions');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const fitting = names.filter((name) => matches(name, wanted)).sort(newestFirst);
  return fitting.map((name) => path.join(folder, name, 'bin', 'python3')).filter((file) => existsSync(file));
}

/** The standard library of a program of pyenv's installations, by its place; undefined of any other. */
export function pyenvLibrary(program: string): string | undefined {
  const installation = path.dirname(path.dirname(program));
  if (path.dirname(installation) !== path.join(pyenvRoot(), 'versions')) return undefined;
  const libraries = path.join(installation, 'lib');
  const name = existsSync(libraries) && readdirSync(libraries).find((entry) => /^python3\.\d+$/.test(entry));
  return name ? path.join(libraries, name) : undefined;
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

// From inside a virtual environment the interpreter that made it is taken: one made from that has no second parent.
const WHO_ARE_YOU = `
import json, os, sys
names = [os.path.join(sys.base_prefix, 'bin', 'python%d.%d' % sys.version_info[:2]), os.path.join(sys.base_prefix, 'bin', 'python3')]
path = next((name for name in names if os.access(name, os.X_OK)), sys.executable)
print(json.dumps({'path': path, 'version': '%d.%d.%d' % sys.version_info[:3]}))
`;

// And makes one, with what is asked of it inside. All in one program: each takes its time to start.
const MAKE_AN_ENVIRONMENT = `
import subprocess, tempfile
if sys.version_info < (3, 6):
    sys.exit('too old')
with tempfile.TemporaryDirectory(prefix='lambda-ec2-venv-') as folder:
    if sys.prefix == sys.base_prefix:
        import venv
        venv.create(folder, symlinks=True)
    else:
        subprocess.check_call([path, '-E', '-s', '-m', 'venv', '--without-pip', folder], stdout=sys.stderr)
    inside = 'import ssl, sys, zlib; print("%d.%d.%d" % sys.version_info[:3])'
    said = subprocess.check_output([os.path.join(folder, 'bin', 'python'), '-E', '-s', '-c', inside])
    if said.decode().strip() != '%d.%d.%d' % sys.version_info[:3]:
        sys.exit('another version inside')
`;

const identify = (program: string) => ask(program, WHO_ARE_YOU);

/** The interpreter behind a program; undefined when it does not run, is older than 3.6 or cannot make environments. */
const probe = (program: string) => ask(program, WHO_ARE_YOU + MAKE_AN_ENVIRONMENT);

async function ask(program: string, script: string): Promise<Interpreter | undefined> {
  const { code, stdout } = await runProgram(program, ['-E', '-s', '-c', script]);
  return code === 0 ? (JSON.parse(stdout) as Interpreter) : undefined;
}
