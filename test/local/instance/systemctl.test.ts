import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { SHIM_FOLDER } from '../../../local/instance/image';
import { processesThatShow } from '../../processes';
import { aBootUnit, aRoot, boot, consoleOf, ended, remove, until } from './local-instance';

const units = {
  ...aBootUnit('main'),
  'long.service': '[Service]\nType=exec\nExecStart=/usr/lib/t/long\n',
  'bad.service': '[Service]\nType=oneshot\nExecStart=/bin/false\n',
  'good.service': '[Service]\nType=oneshot\nExecStart=/usr/lib/t/good\n',
};

let root: string;
let init: ChildProcess;
beforeEach(async () => {
  root = await aRoot({ units, scripts: { main: 'echo up', long: 'sleep 60', good: 'sleep 0.2; echo good' } });
  init = boot(root);
  await until(() => consoleOf(root).includes('Succeeded'));
});
afterEach(async () => {
  if (init.exitCode === null) {
    init.kill('SIGTERM');
    await ended(init);
  }
  await until(() => processesThatShow(root).length === 0);
  remove(root);
});

function call(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(path.join(root, SHIM_FOLDER, name), args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('start waits for a oneshot to end and says whether it succeeded', () => {
  expect(call('systemctl', 'start', 'good')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(consoleOf(root)).toContain('good\n');
  expect(call('systemctl', 'start', 'bad.service').status).toBe(1);
});

test('start of a unit that does not exist fails', () => {
  expect(call('systemctl', 'start', 'nothing.service')).toMatchObject({ status: 5 });
  expect(call('systemctl', 'start', '../../../etc/passwd').status).toBe(5);
});

test('is-active knows what runs, and stop ends it', () => {
  expect(call('systemctl', 'is-active', 'long')).toMatchObject({ status: 3, stdout: 'inactive\n' });

  expect(call('systemctl', 'start', 'long').status).toBe(0);
  expect(call('systemctl', 'is-active', 'long')).toMatchObject({ status: 0, stdout: 'active\n' });

  expect(call('systemctl', 'stop', 'long').status).toBe(0);
  expect(call('systemctl', 'is-active', 'long')).toMatchObject({ status: 3, stdout: 'inactive\n' });
});

test.each([
  ['poweroff'],
  ['systemctl', 'poweroff', '--force'],
  ['systemctl', '--no-block', 'poweroff'],
  ['shutdown', '-h', 'now'],
])('%s %s %s powers off', async (name, ...args) => {
  expect(call(name as string, ...args).status).toBe(0);

  expect(await ended(init)).toBe(0);
});

test('halt ends all processes but not the instance, as on EC2', async () => {
  call('systemctl', 'start', 'long');

  expect(call('halt').status).toBe(0);
  await until(() => consoleOf(root).includes('System halted'));

  expect(init.exitCode).toBeNull();
});

test('a shutdown for later can be cancelled', async () => {
  expect(call('shutdown', '+1').status).toBe(0);
  expect(call('shutdown', '-c').status).toBe(0);
  expect(call('shutdown', 'soon')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("'soon' is not a time"),
  });
  expect(init.exitCode).toBeNull();
});

test('what is not known is refused and reaches nobody', () => {
  expect(call('reboot')).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot start again') });
  expect(call('systemctl', 'isolate', 'rescue')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("'isolate'"),
  });
});
