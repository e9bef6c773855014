import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alongside } from '../contract/shell';

// What the runner reads off a requirements file.

// A baked environment is used for whoever has the same requirements. Those that name the app's own code are bound to its
// commit, because the code behind the same text changes.

async function namesOwnCode(requirements: string): Promise<boolean> {
  const script = 'environment::names_own_code <<<"$1" && echo yes || echo no';
  const { stdout } = await alongside(['environment'], script, { stateDir: '/nowhere', args: [requirements] });
  return stdout === 'yes\n';
}

test.each([
  '.',
  '.[extra]',
  '.; python_version < "3.7"',
  './libs/mypkg',
  '../mypkg',
  '/opt/mypkg',
  'libs/mypkg',
  '  libs/mypkg  # ours',
  'libs/mypkg[fast]; sys_platform == "linux"',
  'wheels/mypkg-1.0-py3-none-any.whl',
  'mypkg-1.0-py3-none-any.whl',
  'mypkg-1.0.tar.gz ; python_version < "3.7"',
  'mypkg.zip[extra]',
  'MYPKG.ZIP',
  'file:libs/mypkg',
  'file:///opt/mypkg',
  'mypkg @ file:///opt/mypkg',
  'mypkg@file:///opt/mypkg',
  'git+file:///srv/mypkg@v1',
  '-e .',
  '-elibs',
  '--editable libs',
  '--editable=git+https://git.example/x.git#egg=x',
  '--find-links wheels',
  '-f wheels',
  '-fwheels',
  '--find-links=./wheels',
  'requests==2.27.1\n--find-links wheels\nnumpy',
])('%j does', async (requirements) => expect(await namesOwnCode(requirements)).toBe(true));

test.each([
  '',
  '# see ./docs/requirements.md',
  'requests==2.27.1  # from ../old',
  'requests[security]>=2.8.1,==2.8.*; python_version < "3.7" and platform_machine == "x86_64"',
  'numpy==1.19.5 --hash=sha256:0a1b2c',
  '-r requirements/base.txt',
  '--constraint=../constraints.txt',
  '-i https://index.example/simple/',
  '--extra-index-url=https://index.example/a/b --trusted-host index.example',
  'mypkg @ https://files.example/mypkg-1.0-py3-none-any.whl',
  'git+https://git.example/team/mypkg.git@v1.0#subdirectory=libs/a',
  'git+ssh://git@git.example/team/mypkg.git@0123abc',
  '--find-links https://files.example/wheels/',
  'zope.interface==5.4.0',
  'zip-files==1.0',
])('%j does not', async (requirements) => expect(await namesOwnCode(requirements)).toBe(false));

test.each([
  ['requests==2.27.1\n', false],
  ['# --hash=sha256 is for later\n', true],
  ['requests==2.27.1 \\\n    --hash=sha256:0a1b2c\n', true],
  ['--require-hashes\n-r base.txt\n', true],
  [`-r base.txt\n${'numpy==1.19.5 --hash=sha256:0a1b2c\n'.repeat(20_000)}`, true],
  ['-r base.txt\n', true],
  ['numpy==1.19.5 # no--hash=\n', false],
])('%.40j lets pip check sums: %s', async (text, expected) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'requirements-test-'));
  try {
    writeFileSync(path.join(dir, 'requirements.txt'), text);
    writeFileSync(path.join(dir, 'base.txt'), 'numpy==1.19.5 --hash=sha256:0a1b2c\n');
    const script = 'environment::names_sums "$1" && echo yes || echo no';
    const args = [path.join(dir, 'requirements.txt')];
    const { stdout } = await alongside(['environment'], script, { stateDir: '/nowhere', args });
    expect(stdout).toBe(expected ? 'yes\n' : 'no\n');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
