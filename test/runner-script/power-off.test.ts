import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOTFS } from '../contract/runner';

// The last layers of the ending that turn the machine off: here `systemctl` writes down what it is told.

const exec = promisify(execFile);
const FORCED = 'poweroff --force --force';

let dir: string;
let root: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'power-off-test-'));
  root = path.join(dir, 'root');
  cpSync(ROOTFS, root, { recursive: true });
  mkdirSync(path.join(root, 'run/lambda-ec2'), { recursive: true });
  mkdirSync(path.join(dir, 'bin'));
  systemctl('[ "$1" != is-active ]');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const state = (name: string) => path.join(root, 'run/lambda-ec2', name);
const uptime = () => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));

/** `script` decides its exit status. */
function systemctl(script: string): void {
  const text = `#!/bin/sh\necho "$@" >>'${dir}/told'\n${script}\n`;
  writeFileSync(path.join(dir, 'bin/systemctl'), text, { mode: 0o755 });
}

/** Runs one of the programs; what systemctl was told by it. */
async function told(program: string, ...words: string[]): Promise<string[]> {
  rmSync(path.join(dir, 'told'), { force: true });
  // Nobody listens there.
  const env = { PATH: `${dir}/bin:${process.env.PATH}`, AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9' };
  await exec(path.join(root, 'usr/libexec/lambda-ec2', program), words, { env });
  const file = path.join(dir, 'told');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

test.each([-100, 0, 2])('%i s before the end a runner that hangs is ended, and the machine then', async (seconds) => {
  const at = uptime() + seconds;
  expect(await told('power-off', String(at))).toEqual([
    'kill --kill-who=main --signal=KILL lambda-ec2-runner.service',
    FORCED,
  ]);
  expect(uptime()).toBeGreaterThanOrEqual(at - 2);
});

test('a runner that has ended already changes nothing', async () => {
  systemctl('[ "$1" != kill ]');
  expect(await told('power-off', '0')).toContain(FORCED);
});

test('every five minutes a machine is looked at that is past its time, and its record has a last turn', async () => {
  writeFileSync(path.join(dir, 'bin/sleep'), `#!/bin/sh\necho sleep "$1" >>'${dir}/told'\n`, { mode: 0o755 });
  writeFileSync(state('power-off-at'), '1\n');
  const [kill, sleep, forced] = await told('deadline');
  expect(kill).toBe('kill --kill-who=main --signal=KILL lambda-ec2-runner.service');
  expect(Number(sleep?.replace('sleep ', ''))).toBeGreaterThan(0);
  expect(forced).toBe(FORCED);
});

test('a machine within its time is left alone', async () => {
  writeFileSync(state('power-off-at'), '99999999999\n');
  expect(await told('deadline')).toEqual([]);
});

test('a machine without a job is left alone', async () => {
  writeFileSync(state('power-off-at'), '1\n');
  writeFileSync(state('no-job'), '');
  expect(await told('deadline')).toEqual([]);
});

test('a runner that found no room to write its time down has its timer', async () => {
  systemctl('true');
  writeFileSync(state('power-off-at'), '');
  expect(await told('deadline')).toEqual(['is-active --quiet lambda-ec2-power-off.timer']);
});

test('a machine that cannot tell whether it has a job goes off at once', async () => {
  expect(await told('deadline')).toEqual(['is-active --quiet lambda-ec2-power-off.timer', FORCED]);
});
