import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive, processesThatShow } from '../../processes';
import { aBootUnit, aRoot, boot, bootAndWait, consoleOf, ended, type RootFiles, remove, until } from './local-instance';

const ENDS = 'SuccessAction=poweroff\nFailureAction=poweroff';
const TELL_RESULT = { post: 'echo "result=$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS"' };

// Two forks and a session of its own, so that nothing but the subreaper connects it with the unit; deaf to TERM.
const DAEMON = `cd /
(setsid bash -c 'trap "" TERM; echo $$ >"$0/daemon.pid"; while :; do sleep 0.2; done' "$ROOT" &) &
while [[ ! -s $ROOT/daemon.pid ]]; do sleep 0.05; done`;

let root: string;
afterEach(async () => {
  // The kernel takes a moment to end who was killed.
  await until(() => processesThatShow(root).length === 0);
  remove(root);
});

async function aBooted(files: RootFiles): Promise<{ code: number | null; console: string }> {
  root = await aRoot(files);
  return bootAndWait(root);
}

test('a boot runs the unit with its environment and powers off when it succeeds', async () => {
  const units = aBootUnit('main', {
    unit: ENDS,
    service: 'Environment=A=1 "B=two words"\nExecStartPre=/usr/lib/t/pre',
  });
  const { code, console } = await aBooted({ units, scripts: { pre: 'echo pre $A', main: 'echo "main $B"' } });

  expect(code).toBe(0);
  expect(console).toMatch(/Starting lambda-ec2-boot.service\npre 1\nmain two words\n.*Succeeded/);
  expect(console).toMatch(/Powered off\n$/);
});

test.each([
  ['ends with 3', 'exit 3', '', 'exit-code exited 3'],
  ['is killed', 'kill -9 $$', '', 'signal killed KILL'],
  ['runs too long', 'sleep 30', 'TimeoutStartSec=300ms', 'timeout killed TERM'],
  ['runs too long and ignores TERM', 'trap "" TERM; sleep 30', 'TimeoutStartSec=300ms', 'timeout killed KILL'],
  ['succeeds', 'exit 0', 'RuntimeMaxSec=1ms', 'success exited 0'],
])('ExecStopPost runs and knows the result when the main process %s', async (_, main, service, result) => {
  const units = aBootUnit('main', {
    unit: ENDS,
    service: `${service}\nExecStopPost=-/bin/false\nExecStopPost=/usr/lib/t/post`,
  });
  const { console } = await aBooted({ units, scripts: { main, ...TELL_RESULT } });

  expect(console).toContain(`result=${result}`);
  expect(console).toContain('Powered off');
});

test('a program that is missing fails the unit with 203, and what stops it still runs', async () => {
  const units = aBootUnit('missing', { unit: ENDS, service: 'ExecStopPost=/usr/lib/t/post' });
  const { console } = await aBooted({ units, scripts: TELL_RESULT });

  expect(console).toContain('result=exit-code exited 203');
});

test('a daemon in a session of its own that ignores TERM is gone when its unit ends, and the unit counts as timed out', async () => {
  const main = `ROOT=$PWD; ${DAEMON}`;
  const units = aBootUnit('main', { unit: ENDS, service: 'ExecStopPost=/usr/lib/t/post' });
  const { console } = await aBooted({ units, scripts: { main, ...TELL_RESULT } });

  const daemon = Number(readFileSync(path.join(root, 'daemon.pid'), 'utf8'));
  await until(() => !isAlive(daemon));
  expect(console).toMatch(/result=success exited 0|result=timeout exited 0/);
  expect(console).toContain('lambda-ec2-boot.service: Failed');
});

test('KillMode=mixed kills what the main process leaves without a word and without a failure', async () => {
  const units = aBootUnit('main', { unit: ENDS, service: 'KillMode=mixed' });
  const { console } = await aBooted({ units, scripts: { main: `ROOT=$PWD; ${DAEMON}` } });

  expect(console).toContain('lambda-ec2-boot.service: Succeeded');
});

test('a unit may power the instance off itself; it gets TERM, ends in its own way and its ExecStopPost runs', async () => {
  const main = `trap 'sleep 0.2; echo tidied; exit 1' TERM; systemctl --no-block poweroff; while :; do sleep 0.05; done`;
  const units = aBootUnit('main', { service: 'TimeoutStopSec=5\nExecStopPost=/usr/lib/t/post' });
  const { code, console } = await aBooted({ units, scripts: { main, ...TELL_RESULT } });

  expect(code).toBe(0);
  expect(console).toMatch(/tidied\nresult=exit-code exited 1/);
});

test('the power button ends a running unit, its daemons and the instance', async () => {
  root = await aRoot({
    units: aBootUnit('main', { service: 'ExecStopPost=/usr/lib/t/post' }),
    scripts: { main: `ROOT=$PWD; ${DAEMON}; echo ready; sleep 60`, ...TELL_RESULT },
  });
  const init = boot(root);
  await until(() => consoleOf(root).includes('ready'));

  init.kill('SIGTERM');

  expect(await ended(init)).toBe(0);
  expect(consoleOf(root)).toContain('result=timeout killed TERM');
  const daemon = Number(readFileSync(path.join(root, 'daemon.pid'), 'utf8'));
  await until(() => !isAlive(daemon));
});

test('when its parent is gone nobody is asked: everything is gone at once', async () => {
  root = await aRoot({
    units: aBootUnit('main', { service: 'TimeoutStopSec=60\nExecStopPost=/usr/lib/t/post' }),
    scripts: { main: `ROOT=$PWD; ${DAEMON}; trap '' TERM; echo ready; while :; do sleep 1; done`, ...TELL_RESULT },
  });
  const init = boot(root);
  await until(() => consoleOf(root).includes('ready'));

  init.stdin?.destroy();
  await ended(init);

  const daemon = Number(readFileSync(path.join(root, 'daemon.pid'), 'utf8'));
  await until(() => !isAlive(daemon));
  expect(consoleOf(root)).not.toContain('result=');
});

test('when init itself is killed its units end too', async () => {
  root = await aRoot({ units: aBootUnit('main'), scripts: { main: `ROOT=$PWD; ${DAEMON}; echo ready; sleep 60` } });
  const init = boot(root);
  await until(() => consoleOf(root).includes('ready'));

  init.kill('SIGKILL');
  await ended(init);

  const daemon = Number(readFileSync(path.join(root, 'daemon.pid'), 'utf8'));
  await until(() => !isAlive(daemon) && processesThatShow(root).length === 0);
});

test('a timer of the image starts its service again and again, without anybody asking', async () => {
  const timer = '[Timer]\nOnBootSec=100ms\nOnUnitActiveSec=100ms\n';
  const tick = '[Service]\nType=oneshot\nExecStart=/usr/lib/t/tick\n';
  const scripts = { main: 'exit 0', tick: 'echo tick >>ticks; (($(wc -l <ticks) < 3)) || systemctl poweroff' };
  await aBooted({ units: { ...aBootUnit('main'), 'a.timer': timer, 'a.service': tick }, scripts });

  expect(readFileSync(path.join(root, 'ticks'), 'utf8')).toBe('tick\n'.repeat(3));
});

test('a unit without an action leaves the instance running', async () => {
  root = await aRoot({ units: aBootUnit('main'), scripts: { main: 'exit 3' } });
  const init = boot(root);
  await until(() => consoleOf(root).includes('Failed'));

  expect(init.exitCode).toBeNull();

  init.kill('SIGTERM');
  expect(await ended(init)).toBe(0);
});
