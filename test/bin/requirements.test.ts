import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { problemWith, provide, python3 } from '../../bin/requirements';
import { type AMachine, aMachine, aManager, JOB_PROGRAMS, TEST_PROGRAMS } from './a-machine';

const SCRIPT = path.join(__dirname, '../../bin/requirements.js');

let machine: AMachine;
afterEach(() => machine.remove());

const as = (isRoot: boolean, env: NodeJS.ProcessEnv = {}) => ({
  env: { PATH: machine.bin, ...env },
  isRoot,
  platform: 'linux',
});

function provided(set: 'start' | 'test' | 'ci', who = as(true)): { status: number; said: string[] } {
  const said: string[] = [];
  return { status: provide(set, who, (text) => said.push(text)), said };
}

// A python3 is asked for its pip in words of its own.
const WITHOUT_PIP = 'case "$*" in *find_spec*) exit 1 ;; esac';

test('a machine that has everything hears nothing, and no package manager is asked', () => {
  machine = aMachine([...TEST_PROGRAMS, 'shellcheck', 'shfmt', 'chromium', 'zsh', 'fish']);
  machine.add('apt-get', aManager(machine, []));
  for (const set of ['start', 'test', 'ci'] as const) expect(provided(set)).toEqual({ status: 0, said: [] });
  expect(machine.calls()).toEqual([]);
});

test('all that is missing is named in one sentence, with the one command that installs it', () => {
  machine = aMachine(['git', 'bash', 'setsid', 'timeout', 'grep', 'apt-get', 'shellcheck']);
  machine.add('sudo', 'exit 1');
  expect(provided('start', as(false))).toEqual({
    status: 2,
    said: [
      "error: npm start needs curl 7.75 or newer, python3 3.9 or newer and python3's venv and pip, which this machine lacks: run `sudo apt-get update && sudo apt-get install -y --no-install-recommends curl python3 python3-venv`",
    ],
  });
  for (const name of ['curl', 'python3']) machine.add(name);
  expect(provided('test', as(false)).said).toEqual([
    'error: the tests need patch and make, which this machine lacks: run `sudo apt-get update && sudo apt-get install -y --no-install-recommends patch make`',
  ]);
  expect(problemWith('start', as(false))).toBeUndefined();
});

test('without sudo the command is for root, and without a package manager that is known there is none', () => {
  machine = aMachine(TEST_PROGRAMS.filter((name) => name !== 'patch'));
  expect(problemWith('test', as(true))).toBe(
    'the tests need patch, which this machine lacks: install what is missing with your package manager',
  );
  machine.add('dnf');
  expect(problemWith('test', as(false))).toBe(
    'the tests need patch, which this machine lacks: run `dnf install -y patch` as root',
  );
  expect(problemWith('test', as(true))).toMatch(/run `dnf install -y patch`$/);
});

test('packages have the names of the distribution', () => {
  machine = aMachine(TEST_PROGRAMS);
  machine.add('python3', WITHOUT_PIP);
  machine.add('dnf');
  expect(problemWith('ci', as(true))).toMatch(/`dnf install -y python3-pip ShellCheck zsh`/);
  machine.add('apt-get');
  expect(problemWith('ci', as(true))).toMatch(
    /--no-install-recommends python3-venv shellcheck shfmt chromium zsh fish`/,
  );
});

test.each([
  ['root', true, []],
  ['who may use sudo without a password', false, ['sudo true']],
])('%s gets what is missing installed, and one line that says so', (_, isRoot, asked) => {
  machine = aMachine(JOB_PROGRAMS.filter((name) => name !== 'curl'));
  machine.add('apt-get', aManager(machine, ['curl', 'patch', 'make']));
  machine.add('true');
  machine.add('sudo', `shift; [ "$1" != true ] || echo "sudo $*" >>'${machine.bin}/../calls'; exec "$@"`);
  expect(provided('test', as(isRoot))).toEqual({
    status: 0,
    said: ['the tests need curl patch make: apt-get installs that now (with LAMBDA_EC2_INSTALL=no it is only named)'],
  });
  expect(machine.calls()).toEqual([
    ...asked,
    'apt-get update [noninteractive]',
    'apt-get install -y --no-install-recommends curl patch make [noninteractive]',
  ]);
});

test('whoever does not want that is only told', () => {
  machine = aMachine(JOB_PROGRAMS);
  machine.add('apt-get', aManager(machine, ['patch', 'make']));
  const { status, said } = provided('test', as(true, { LAMBDA_EC2_INSTALL: 'no' }));
  expect([status, said.length, machine.calls()]).toEqual([2, 1, []]);
});

test('what could not be installed is named after what the package manager said', () => {
  machine = aMachine(JOB_PROGRAMS);
  machine.add('apt-get', aManager(machine, ['make'], 'echo "E: no such package" >&2'));
  const { status, said } = provided('test');
  expect(status).toBe(2);
  expect(said.slice(1)).toEqual([
    'E: no such package\nE: no such package',
    'error: the tests need patch, which this machine lacks: run `apt-get update && apt-get install -y --no-install-recommends patch`',
  ]);
});

test.each([
  ['curl', 'echo "curl 7.61.1 (x86_64)"', 'curl 7.75 or newer'],
  ['curl', 'exit 127', 'curl 7.75 or newer'],
  ['python3', 'exit 1', "python3 3.9 or newer and python3's venv and pip"],
  ['python3', WITHOUT_PIP, "python3's venv and pip"],
])('a %s that answers %j is not enough', (name, script, wanted) => {
  machine = aMachine(JOB_PROGRAMS);
  machine.add(name, script);
  expect(problemWith('start', as(true))).toContain(`npm start needs ${wanted}, which`);
});

test('a job alone needs no pip', () => {
  machine = aMachine(JOB_PROGRAMS);
  machine.add('python3', WITHOUT_PIP);
  expect(problemWith('job', as(true))).toBeUndefined();
});

test('a python3 that fails does not hide the one behind it on the PATH', () => {
  machine = aMachine(JOB_PROGRAMS);
  const shims = aMachine();
  shims.add('python3', 'echo "python3: command not found" >&2; exit 127');
  const who = as(true, { PATH: `${shims.bin}:${machine.bin}` });
  expect(problemWith('start', who)).toBeUndefined();
  expect(python3(who)).toBe(path.join(machine.bin, 'python3'));
  shims.remove();
});

test('a python3 that is too old may have a newer one beside it', () => {
  machine = aMachine(JOB_PROGRAMS);
  machine.add('python3', 'exit 1');
  machine.add('python3.11');
  expect(problemWith('start', as(true))).toBeUndefined();
  expect(python3(as(true))).toBe(path.join(machine.bin, 'python3.11'));
});

test('another platform has no local jobs, and its tests are left to whoever runs them', () => {
  machine = aMachine();
  const mac = { ...as(false), platform: 'darwin' };
  expect(problemWith('start', mac)).toMatch(/^a local job needs Linux, .*: this is darwin; use WSL/);
  expect(provided('start', mac)).toMatchObject({ status: 2 });
  expect(provided('test', mac)).toEqual({ status: 0, said: [] });
});

test('as a command it needs no dependencies, speaks on standard error and ends with its status', () => {
  machine = aMachine(JOB_PROGRAMS);
  const env = { PATH: machine.bin, LAMBDA_EC2_INSTALL: 'no' };
  const command = (...args: string[]) => spawnSync(process.execPath, [SCRIPT, ...args], { env, encoding: 'utf8' });
  expect(command('start')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(command('test')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error: the tests need patch and make,.*\n$/),
  });
  expect(command('tset')).toMatchObject({ status: 2, stderr: 'error: give one of job, start, test, ci\n' });
});
