import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOTFS } from '../contract/runner';

// systemd's word on the end of a unit, written by root in the environment of that unit.

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'unit-result-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('no program of the app is run by root', () => {
  const result = path.join(dir, 'result');
  for (const name of ['mv', 'printf', 'sh']) {
    writeFileSync(path.join(dir, name), `#!/bin/sh\ntouch ${path.join(dir, 'attacked')}\n`, { mode: 0o755 });
  }
  const words = { SERVICE_RESULT: 'exit-code', EXIT_CODE: 'exited', EXIT_STATUS: '3' };
  const env = { PATH: `${dir}:${process.env.PATH}`, ...words };
  const run = spawnSync(path.join(ROOTFS, 'usr/libexec/lambda-ec2/unit-result'), [result], { env, encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(existsSync(path.join(dir, 'attacked'))).toBe(false);
  expect(readFileSync(result, 'utf8')).toBe('exit-code exited 3\n');
});

test('a result without room appears without another process, one with room by being renamed', () => {
  const env = { SERVICE_RESULT: 'success', EXIT_CODE: 'exited', EXIT_STATUS: '0' };
  for (const hasRoom of [false, true]) {
    const result = path.join(dir, `room-${hasRoom}`);
    if (hasRoom) writeFileSync(`${result}.room`, '\n'.repeat(256));
    // With -x a shell tells what it runs.
    const words = ['-x', path.join(ROOTFS, 'usr/libexec/lambda-ec2/unit-result'), result];
    const run = spawnSync('sh', words, { env, encoding: 'utf8' });
    expect([run.status, run.stderr.includes('+ mv')]).toEqual([0, hasRoom]);
    expect(readFileSync(result, 'utf8').trim()).toBe('success exited 0');
    expect(existsSync(`${result}.room`)).toBe(false);
  }
});
