// How a machine's packages are installed. Without dependencies, as bin/requirements.js, which says which ones.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** The command lines of each package manager that is known. The first that a machine has is taken. */
const MANAGERS = {
  'apt-get': [['update'], ['install', '-y', '--no-install-recommends']],
  dnf: [['install', '-y']],
};

const MOST_OUTPUT = 64 << 20;

/** A machine as far as it matters here. */
const thisMachine = () => ({ env: process.env, isRoot: process.getuid?.() === 0, platform: process.platform });

/** Runs a program to its end, without input. */
function run(program, args, env) {
  return spawnSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: MOST_OUTPUT });
}

/** The programs of that name on the PATH, in its order. */
function onPath(program, env) {
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, program)).filter(isProgram);
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

const managerOf = ({ env }) => Object.keys(MANAGERS).find((name) => onPath(name, env).length > 0);

/** A need without packages by that manager's name has one that is called as the program. */
function packagesOf(manager, needs) {
  return [...new Set(needs.flatMap(({ program, packages }) => packages?.[manager] ?? [program]))];
}

/** Whether the machine's package manager may have what meets a need. */
const isObtainable = (need, machine) => packagesOf(managerOf(machine), [need]).length > 0;

function commandLines(manager, needs) {
  const lines = MANAGERS[manager].map((args) => [manager, ...args]);
  lines.at(-1).push(...packagesOf(manager, needs));
  return lines;
}

/** What a person does to have the needs met, as the end of a sentence. */
function howToInstall(needs, machine = thisMachine()) {
  const manager = managerOf(machine);
  if (!manager) return 'install what is missing with your package manager';
  const hasSudo = onPath('sudo', machine.env).length > 0;
  const sudo = hasSudo && !machine.isRoot ? ['sudo'] : [];
  const command = commandLines(manager, needs).map((line) => [...sudo, ...line].join(' '));
  return `run \`${command.join(' && ')}\`${machine.isRoot || hasSudo ? '' : ' as root'}`;
}

/** Which packages {@link install} would install with which manager; undefined where it would need somebody's password. */
function installable(needs, machine) {
  const manager = managerOf(machine);
  if (!manager || (!machine.isRoot && run('sudo', ['-n', 'true'], machine.env).status !== 0)) return undefined;
  return { manager, packages: packagesOf(manager, needs) };
}

/** Installs what {@link installable} said, and returns what the manager said. */
function install(manager, needs, { env, isRoot }) {
  const asRoot = [...(isRoot ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive'];
  // Lists that could not be fetched say nothing of the packages: whether those come is seen afterwards.
  return commandLines(manager, needs)
    .map((line) => [...asRoot, ...line])
    .map(([program, ...args]) => run(program, args, env))
    .map(({ stdout, stderr, error }) => error?.message ?? `${stdout}${stderr}`)
    .join('');
}

module.exports = { howToInstall, install, installable, isObtainable, onPath, run, thisMachine };
