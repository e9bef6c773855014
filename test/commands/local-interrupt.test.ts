import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { machineFile, readMachineFile } from '../../local/machine-file';
import { processesThatShow } from '../processes';
import { lambdaEc2, ROOT, startLambdaEc2 } from './run-command';

let dir: string;
let scratch: string;
let env: Record<string, string>;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'interrupt-test-'));
  scratch = path.join(dir, 'tmp');
  mkdirSync(scratch);
  env = { TMPDIR: scratch, LAMBDA_EC2_STATE: path.join(dir, 'state') };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** ts-node's own cache of compiled code is meant to stay. */
const leftIn = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('v8-compile-cache'));

/** Two who end at one time: a process that was killed needs a moment to go. */
async function expectNothingLeft(): Promise<void> {
  while (processesThatShow(dir).length > 0) await pause(50);
  expect(leftIn(scratch)).toEqual([]);
  expect(readMachineFile(machineFile(env))).toBeUndefined();
}

class Running {
  stderr = '';
  readonly ended: Promise<unknown[]>;

  constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stderr.on('data', (text) => {
      this.stderr += text;
    });
    child.stdout.resume();
    this.ended = once(child, 'exit');
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await pause(20);
    }
  }

  isUp = () => this.until(() => this.stderr.includes('Ctrl-C ends everything'));
}

function appThatSleeps(): string {
  const app = path.join(dir, 'app');
  mkdirSync(app);
  writeFileSync(path.join(app, 'main.py'), `open('${dir}/began', 'w')\nimport time\ntime.sleep(1000)`);
  return app;
}

const begun = () => existsSync(path.join(dir, 'began'));

function input(): string {
  const file = path.join(dir, 'march.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', file, path.join(ROOT, 'example/input/sales.csv')]);
  return file;
}

async function upload(jobId: string): Promise<void> {
  const machine = readMachineFile(machineFile(env));
  if (!machine) throw new Error('no machine runs');
  const { endpoint, region, accessKeyId, secretAccessKey, bucket: Bucket } = machine;
  const s3 = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  await s3.send(new PutObjectCommand({ Bucket, Key: `app_runner/input/${jobId}.zip`, Body: 'PK' }));
  s3.destroy();
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends local up, with the jobs that it cuts off',
  async (signal) => {
    const up = new Running(startLambdaEc2(['local', 'up', '--app', appThatSleeps()], { env }));
    await up.isUp();
    await upload('2026/may');
    await up.until(begun);
    up.child.kill(signal);
    expect(await up.ended).toEqual([0, null]);
    expect(up.stderr).toMatch(/^interrupted: what was started is ended now/m);
    expect(up.stderr).toMatch(/^cut off under way: 2026\/may \(RUNNING\); .*submit the inputs again/m);
    await expectNothingLeft();
  },
);

test('a closed terminal ends local run', async () => {
  const args = ['local', 'run', '--app', appThatSleeps(), '--input', input(), '--out', path.join(dir, 'out')];
  const run = new Running(startLambdaEc2(args, { env }));
  await run.until(begun);
  run.child.kill('SIGHUP');
  expect(await run.ended).toEqual([130, null]);
  expect(run.stderr).toContain('interrupted: the instance was ended and nothing was kept');
  await expectNothingLeft();
});

test.each(['up', 'bake'])('an interrupt while local %s starts takes effect and says so', async (verb) => {
  const run = new Running(startLambdaEc2(['local', verb, '--app', path.join(ROOT, 'example')], { env, cwd: dir }));
  await run.until(() => leftIn(scratch).length > 0);
  run.child.kill('SIGINT');
  expect(await run.ended).toEqual([130, null]);
  expect(run.stderr).toMatch(/^interrupted: what was started is ended now.*\n(.*\n)*error: interrupted/m);
  await expectNothingLeft();
  const images = path.join(dir, '.lambda-ec2/images/lambda-ec2');
  expect(existsSync(images) ? readdirSync(images) : []).toEqual([]);
});

test('a second interrupt ends at once and leaves nothing either', async () => {
  const up = new Running(startLambdaEc2(['local', 'up', '--app', appThatSleeps()], { env }));
  await up.isUp();
  await upload('may');
  await up.until(begun);
  up.child.kill('SIGINT');
  up.child.kill('SIGTERM');
  expect(await up.ended).toEqual([130, null]);
  await expectNothingLeft();
});

test('a terminal that is closed takes nothing but itself away', async () => {
  const up = new Running(startLambdaEc2(['local', 'up'], { env }));
  await up.isUp();
  for (const stream of [up.child.stdout, up.child.stderr]) stream.destroy();
  up.child.kill('SIGHUP');
  expect(await up.ended).toEqual([0, null]);
  await expectNothingLeft();
});

test('an npx that is gone ends what it started', async () => {
  const command = `'${process.execPath}' bin/lambda-ec2.js local up; true`;
  const npx = spawn('sh', ['-c', command], { cwd: ROOT, env: { ...process.env, ...env, npm_command: 'exec' } });
  const up = new Running(npx);
  await up.isUp();
  npx.kill('SIGTERM');
  await up.ended;
  await expectNothingLeft();
});

test('a later start removes what a killed one has left, and nothing of one that lives', async () => {
  const living = new Running(startLambdaEc2(['local', 'up'], { env: { ...env, LAMBDA_EC2_STATE: dir } }));
  await living.isUp();
  const its = leftIn(scratch);
  const killed = new Running(startLambdaEc2(['local', 'up', '--app', appThatSleeps()], { env }));
  await killed.isUp();
  await upload('may');
  await killed.until(begun);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(leftIn(scratch).length).toBe(2);

  const later = new Running(startLambdaEc2(['local', 'up'], { env }));
  await later.isUp();
  expect(leftIn(scratch)).toHaveLength(2);
  expect(leftIn(scratch)).toEqual(expect.arrayContaining(its));
  later.child.kill('SIGINT');
  await later.ended;
  expect(leftIn(scratch)).toEqual(its);
  living.child.kill('SIGINT');
  await living.ended;
  await expectNothingLeft();
});

test('a folder that does not say whose it is stays', async () => {
  const unknown = path.join(scratch, 'lambda-ec2-unknown');
  mkdirSync(unknown);
  writeFileSync(path.join(scratch, 'lambda-ec2-notes.txt'), '');
  const { code } = await lambdaEc2(['local', 'run', '--app', 'none', '--input', input()], { env });
  expect(code).toBe(2);
  expect(leftIn(scratch).sort()).toEqual(['lambda-ec2-notes.txt', 'lambda-ec2-unknown']);
});
