#!/usr/bin/env node
// What the commands need of this machine. Looked for before anything else: whoever is told of one missing program after
// another, each after a long wait, gives up. Without dependencies, because it runs before they are installed.
//
//   node bin/requirements.js start|test|ci
//
// For `npm cit` it is `pretest`: npm (10 and 11) runs no script of a project before it has unpacked the dependencies, its
// preinstall no more than the others, and whoever only deploys runs `npm ci` and needs none of this.
const path = require('node:path');
const { howToInstall, install, installable, isObtainable, onPath, run, thisMachine } = require('./packages');

/** Set to `no`, nothing is installed; what is missing is only named. */
const SWITCH = 'LAMBDA_EC2_INSTALL';

const PYTHON = 'import sys, ssl, venv, zlib; assert sys.version_info >= (3, 9)';
// Debian keeps both out of its python3.
const PIP = `${PYTHON}; from importlib.util import find_spec; assert find_spec("pip") or find_spec("ensurepip")`;

const PIP_NEED = {
  program: 'python3',
  name: "python3's venv and pip",
  runs: PIP,
  packages: { 'apt-get': ['python3-venv'], dnf: ['python3-pip'] },
};

/**
 * A need is met by a program on the PATH: one that is there, is new enough, or runs some Python. `packages` is what to
 * install, by package manager; where there is nothing to install, the need is none.
 */
const JOB = [
  { program: 'git' },
  { program: 'bash' },
  // `--aws-sigv4`
  { program: 'curl', oldest: '7.75' },
  { program: 'python3', name: 'python3 3.9 or newer', runs: PYTHON },
  { program: 'setsid', packages: { 'apt-get': ['util-linux'], dnf: ['util-linux'] } },
  { program: 'timeout', packages: { 'apt-get': ['coreutils'], dnf: ['coreutils'] } },
  { program: 'grep' },
];
const START = [...JOB, PIP_NEED];
const TEST = [...START, { program: 'patch' }, { program: 'make' }];
const CI = [
  ...TEST,
  { program: 'shellcheck', packages: { dnf: ['ShellCheck'] } },
  // Amazon Linux 2023 is not known to have it, and lint:sh does without.
  { program: 'shfmt', packages: { dnf: [] } },
  // Nor that; the tests in a browser are skipped where there is none.
  { program: 'chromium', packages: { dnf: [] } },
  // The completion is tried in these, where they are.
  { program: 'zsh' },
  // Amazon Linux 2023 is not known to have this one either.
  { program: 'fish', packages: { dnf: [] } },
];

/** Who needs it, as the beginning of a sentence. A `job` alone needs no pip: its app may have no requirements. */
const SETS = {
  job: { who: 'a local job needs', needs: JOB },
  start: { who: 'npm start needs', needs: START },
  test: { who: 'the tests need', needs: TEST },
  ci: { who: '.ci/run needs', needs: CI },
};

/**
 * Every Python 3 on the PATH: before one that works there may be a version manager's shim, or one that is too old. The
 * shims come last, because they take several times as long to start.
 */
function pythons(env) {
  const newer = Array.from({ length: 9 }, (_, i) => `python3.${17 - i}`);
  const found = ['python3', ...newer].flatMap((name) => onPath(name, env));
  const isShim = (file) => path.basename(path.dirname(file)) === 'shims';
  return [...found.filter((file) => !isShim(file)), ...found.filter(isShim)];
}

/** The path of the program that meets a need, undefined when none does. */
function meets({ program, oldest, runs }, env) {
  if (runs) return pythons(env).find((file) => run(file, ['-E', '-s', '-c', runs], env).status === 0);
  const [first] = onPath(program, env);
  return first && (!oldest || isNewEnough(run(first, ['--version'], env).stdout, oldest)) ? first : undefined;
}

function isNewEnough(said, oldest) {
  const [, major, minor] = (/(\d+)\.(\d+)/.exec(said ?? '') ?? []).map(Number);
  const [itsMajor, itsMinor] = oldest.split('.').map(Number);
  return major > itsMajor || (major === itsMajor && minor >= itsMinor);
}

/** What a machine lacks of a set, in the order in which it is named. */
function lacking(set, machine = thisMachine()) {
  return SETS[set].needs.filter((need) => !meets(need, machine.env) && isObtainable(need, machine));
}

/** The python3 that has all that a job needs, as a path; undefined when there is none. */
function python3({ env } = thisMachine()) {
  return meets(PIP_NEED, env);
}

/** What a machine lacks of a set as one sentence, with the one command that installs it; undefined when it has all. */
function problemWith(set, machine = thisMachine()) {
  if (machine.platform !== 'linux') {
    return `a local job needs Linux, because it runs the instance's own scripts: this is ${machine.platform}; use WSL, a container or a virtual machine`;
  }
  const needs = lacking(set, machine);
  if (needs.length === 0) return undefined;
  const names = needs.map(({ program, name, oldest }) => name ?? (oldest ? `${program} ${oldest} or newer` : program));
  const all = names.join(', ').replace(/, ([^,]*)$/, ' and $1');
  return `${SETS[set].who} ${all}, which this machine lacks: ${howToInstall(needs, machine)}`;
}

/** What a person does about an interpreter without venv or pip, as the end of a sentence. */
function howToGetPip(machine = thisMachine()) {
  return howToInstall([PIP_NEED], machine);
}

/**
 * Sees to it that a machine has a set: installs what is missing where that needs nobody's password, else names it. Returns
 * the exit status: 0, or 2 when something is still missing.
 */
function provide(set, machine = thisMachine(), say = (text) => process.stderr.write(`${text}\n`)) {
  // Many tests need no Linux. Which ones only a person knows who runs them elsewhere.
  if (set === 'test' && machine.platform !== 'linux') return 0;
  let lack = problemWith(set, machine);
  const needs = lack && machine.platform === 'linux' && machine.env[SWITCH] !== 'no' ? lacking(set, machine) : [];
  const can = needs.length > 0 ? installable(needs, machine) : undefined;
  if (can) {
    say(
      `${SETS[set].who} ${can.packages.join(' ')}: ${can.manager} installs that now (with ${SWITCH}=no it is only named)`,
    );
    const said = install(can.manager, needs, machine);
    lack = problemWith(set, machine);
    if (lack) say(said.trimEnd());
  }
  if (lack) say(`error: ${lack}`);
  return lack ? 2 : 0;
}

module.exports = { howToGetPip, provide, python3, problemWith };

if (require.main === module) {
  const [set] = process.argv.slice(2);
  if (Object.hasOwn(SETS, set ?? '')) {
    process.exitCode = provide(set);
  } else {
    process.stderr.write(`error: give one of ${Object.keys(SETS).join(', ')}\n`);
    process.exitCode = 2;
  }
}
