import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { causeIn } from '../../cli/bake/bake-cause';

// The steps of system_packages as on an instance, with a dnf and an rpm that answer as dnf 4.14 and rpm 4.18 do.

const FILES = path.join(__dirname, '../../imagebuilder/files');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'packages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/bash\n${script}\n`);
  chmodSync(file, 0o755);
}

/** Runs a script of the bake; `packages` is the value of the setting in the image document. */
function run(script: string, packages: string, root = '') {
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    SYSTEM_PACKAGES: packages,
    BAKE_RETRY_SECONDS: '0',
    LAMBDA_EC2_ROOT: root,
  };
  const { status, stdout, stderr } = spawnSync('bash', [path.join(FILES, script)], { env, encoding: 'utf8' });
  return { status, stdout, stderr, cause: causeIn(stderr.split('\n')) };
}

const tries = () => readFileSync(path.join(folder, 'tries'), 'utf8').trimEnd().split('\n');
/** A dnf that notes what it is asked. */
const dnf = (script: string) => program('dnf', `printf '%s\\n' "$*" >>"${folder}/tries"\n${script}`);

test('the packages of the setting are installed, without what they only recommend', () => {
  dnf('echo Complete!');
  expect(run('packages.sh', 'libgomp poppler-utils')).toMatchObject({ status: 0 });
  expect(tries()).toEqual(['-y --setopt=install_weak_deps=False install libgomp poppler-utils']);
});

test('without any nothing is asked', () => {
  dnf('exit 1');
  expect(run('packages.sh', '')).toMatchObject({ status: 0 });
  expect(() => tries()).toThrow('ENOENT');
  expect(run('test/packages.sh', '')).toMatchObject({ status: 0 });
});

test('those that the distribution does not have are named, at once', () => {
  dnf(`cat <<'EOF'
Last metadata expiration check: 0:00:01 ago on Thu Nov 26 09:27:17 2026.
No match for argument: popler-utils
No match for argument: libgomp1
EOF
echo 'Error: Unable to find a match: popler-utils libgomp1' >&2
exit 1`);
  const { status, cause } = run('packages.sh', 'popler-utils git libgomp1');
  expect(status).toBe(1);
  expect(cause).toBe(
    "system_packages: no package 'popler-utils' 'libgomp1' in Amazon Linux 2023: look for its name there with 'dnf search', and correct it in settings.yaml",
  );
  expect(tries()).toHaveLength(1);
});

test.each([
  [
    `echo "Error: Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml" >&2`,
    "Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml",
  ],
  [
    `printf 'Error: \\n Problem: problem with installed package curl-minimal-8.5.0-1.amzn2023.x86_64\\n  - package curl conflicts\\n'`,
    'problem with installed package curl-minimal-8.5.0-1.amzn2023.x86_64',
  ],
])('another failure of dnf is tried again, and told in its words: %#', (script, words) => {
  dnf(`${script}; exit 1`);
  const { status, cause } = run('packages.sh', 'curl');
  expect(status).toBe(1);
  expect(cause).toBe(`system_packages: dnf cannot install curl: ${words}`);
  expect(tries()).toHaveLength(5);
});

test('a bake below a folder leaves them out and says so', () => {
  dnf('exit 1');
  const { status, stdout } = run('packages.sh', 'libgomp', folder);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: 'left out: installing system_packages (libgomp): the packages of this machine are used\n',
  });
});

test('the test of the image takes a package under the name of what provides it, and misses one that is gone', () => {
  program('rpm', '[[ $2 == libgomp || $* == *"--whatprovides vim" ]]');
  expect(run('test/packages.sh', 'libgomp vim')).toMatchObject({ status: 0 });
  const { status, cause } = run('test/packages.sh', 'libgomp gone');
  expect(status).toBe(1);
  expect(cause).toBe('system_packages: gone was installed and is not in the image any more');
});
