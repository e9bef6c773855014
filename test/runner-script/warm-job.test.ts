import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CALLS, type Call } from 'aws-emulator/protocol/service';
import { type OneInstance, oneInstance } from '../../bench/one-instance';
import { ROOTFS } from '../contract/runner';
import { callName } from '../iam/call-name';

// Each program between the boot and the app's first line is read from a fresh volume and costs a process. What the whole
// machine starts, systemd's part included, is counted by `npm run bench:startup`.

/** What shell files and the runner could start; each leaves a word and goes on. */
const PROGRAMS = [
  ...['curl', 'git', 'aws', 'ip', 'systemctl', 'systemd-run', 'setpriv', 'timeout', 'env', 'sed', 'grep', 'date'],
  ...['mkdir', 'mv', 'rm', 'cp', 'cat', 'chown', 'chmod', 'touch', 'ln', 'mktemp'],
];

let dir: string;
let instance: OneInstance;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'warm-job-test-'));
  const app = path.join(dir, 'app');
  mkdirSync(app);
  const main = `import os, zipfile
with open(${JSON.stringify(path.join(dir, 'started'))}, 'a') as file: file.write('the app\\n')
with zipfile.ZipFile('output.zip', 'w') as out: out.writestr('a', 'b')
`;
  writeFileSync(path.join(app, 'main.py'), main);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', app, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'app');
  instance = await oneInstance(path.join(dir, 'instance'), ROOTFS, `file://${app}`);
  // The first job makes the environment, as the bake does.
  await instance.runJob();
});
afterAll(async () => {
  await instance.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a warm job starts these programs before the app, and no other', async () => {
  const started = path.join(dir, 'started');
  for (const name of PROGRAMS) {
    const real = name === 'systemctl' ? 'exit 0' : `exec /usr/bin/${name} "$@"`;
    const shim = `#!/bin/sh\nprintf '%s\\n' ${name} >>'${started}'\n${real}\n`;
    writeFileSync(path.join(dir, 'instance/root/usr/local/sbin', name), shim, { mode: 0o755 });
  }
  // The timer of this one does not wait (oneInstance).
  writeFileSync(path.join(dir, 'instance/root/usr/libexec/lambda-ec2/power-off'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(started, '');
  await instance.runJob();
  const [before = ''] = readFileSync(started, 'utf8').split('the app\n');
  // The folder that systemd makes on an instance; the token and the user data; the runner's start; fetch and checkout.
  expect(before.trim().split('\n')).toEqual(['mkdir', 'curl', 'curl', 'systemctl', 'git', 'git']);
});

test('a warm job asks S3 this often, and no more, from its claim to its record', async () => {
  const calls: string[] = [];
  const note = (message: unknown) => void calls.push(callName(message as Call));
  subscribe(CALLS, note);
  await instance.runJob();
  unsubscribe(CALLS, note);
  // The first is the upload. One that lasts looks at its status, and pushes what is new, every three seconds.
  expect(calls.slice(1).sort()).toEqual([
    'GetObject input/*.zip VersionId',
    'HeadObject output/*.zip',
    'HeadObject output/*_app.log',
    'HeadObject output/*_status.json',
    'PutObject output/*.zip',
    'PutObject output/*_ec2.log',
    'PutObject output/*_ec2.log',
    'PutObject output/*_status.json IfMatch',
    'PutObject output/*_status.json IfNoneMatch',
  ]);
});
