import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { EXAMPLE_SETTINGS } from '../../cli/verify/example';
import type { Verification } from '../../cli/verify/verification';
import { verify as runVerify, type VerifyOptions } from '../../cli/verify/verify';
import { inputZip, LocalJob, repeatEvents, useLocalMachine, WRITE_OUTPUT } from '../jobs/local-job';

// `lambda-ec2 verify` as a user runs it, against machines whose promises hold and against ones that break them.

const COMMAND = path.join(__dirname, '..', '..', 'bin', 'lambda-ec2.js');
const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

async function command(args: string[], environment: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, [COMMAND, 'verify', ...args], {
    cwd: job.dir,
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

/** `verify` for the machine of this file, found by its endpoint. */
function verify(...args: string[]): Promise<Run> {
  const { services, bucket, templateId, environment } = machine();
  const { queues, endpoint } = services;
  const deadLetters = queues.urlOf(queues.named('lambda-ec2-dead-letters'), endpoint.url);
  const given = ['--bucket', bucket, '--template-id', templateId, '--dead-letter-queue-url', deadLetters];
  return command([...given, ...args], environment);
}

const found = ({ stdout }: Run): Verification => JSON.parse(stdout);
const broken = (run: Run) =>
  found(run)
    .checks.filter(({ ok }) => !ok)
    .map(({ promise, found: what }) => `${promise}: ${what}`);

test('this machine keeps every promise with the example app', async () => {
  const run = await command(['--local', '--json']);
  expect([run.code, run.stderr.includes('error')]).toEqual([0, false]);
  const { checks, status, seconds_to_app, outputs } = found(run);
  expect(checks.map(({ ok, promise }) => [promise, ok])).toEqual([
    ['the job ends with a status that says how', true],
    ['the output is right and newer than the upload', true],
    ["the instance's log is there and newer than the upload", true],
    ["the app's log is there and newer than the upload", true],
    ['exactly one instance ran the job', true],
    ['the instance is gone', true],
    ['nothing is in the dead-letter queue', true],
  ]);
  expect(status.state).toBe('SUCCEEDED');
  expect(seconds_to_app).toEqual(expect.any(Number));
  expect(outputs).toBeNull();
});

test('a system that is found by its endpoint keeps them with another app, though each upload is reported three times', async () => {
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('anything')` });
  await job.configure();
  const once = repeatEvents(machine());
  const { code, stdout, stderr } = await verify().finally(once);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^environment +\d\d:\d\d:\d\d +\d+\.\d\d$/m);
  expect(stdout).toContain('a whole zip file');
  expect(stdout).toContain('The app is not the example app');
  expect(stdout).toContain(`s3://${machine().bucket}/app_runner/output/verify/`);
  expect(stderr).toContain('uploaded app_runner/input/verify/');
});

test("another app's output does not pass for the example's", async () => {
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('anything')\nopen('app.log', 'w').write('x')` });
  await job.configure();
  const run = await verify('--example', '--json');
  expect(run.code).toBe(1);
  expect(broken(run)).toEqual([
    'the output is right and newer than the upload: the output holds result.txt, not summary.csv and report.html',
  ]);
});

test('an app that cannot use the input of the example has failed, not the system; with an input of its own it is the system', async () => {
  job.commit({ 'main.py': 'raise SystemExit(3)' });
  await job.configure();
  const foreign = await verify('--json');
  expect([foreign.code, found(foreign).status.reason]).toEqual([0, 'APP_FAILED']);

  const own = path.join(job.dir, 'own.zip');
  writeFileSync(own, inputZip());
  const run = await verify('--json', '--input', own);
  expect(run.code).toBe(1);
  expect(broken(run)[0]).toContain('the job ends with a status that says how: FAILED, APP_FAILED');
});

test('a settings failure is never taken for the app', async () => {
  await job.configure({ app_url: 'file:///nowhere/app.git' });
  const run = await verify('--json');
  expect(run.code).toBe(1);
  expect(broken(run)[0]).toContain('FAILED, CLONE_FAILED');
});

test('an instance of another launch template, and a dead letter, are each named', async () => {
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('x')` });
  await job.configure();
  const { queues } = machine().services;
  const deadLetters = queues.named('lambda-ec2-dead-letters');
  machine().functions.guard.stopSchedule();
  deadLetters.send('not a job');
  const run = await verify('--template-id', 'lt-0123456789abcdef0');
  expect(run.code).toBe(1);
  expect(run.stdout).toContain(
    'breaks 2 promises: exactly one instance ran the job; nothing is in the dead-letter queue',
  );
});

test('a job that does not end in time is said to be so, with what is known of it', async () => {
  job.commit({ 'main.py': 'import time\ntime.sleep(600)' });
  await job.configure();
  const run = await verify('--timeout', '20s');
  expect(run.code).toBe(8);
  expect(run.stderr).toMatch(/error: the job verify\/\d+-[0-9a-f]{6} did not end within 20 seconds; it (is|has) /);
  const { Reservations = [] } = await machine().ec2.send(new DescribeInstancesCommand({}));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  const running = instances
    .filter(({ State }) => State?.Name === 'running')
    .flatMap(({ InstanceId = '' }) => InstanceId);
  await machine().ec2.send(new TerminateInstancesCommand({ InstanceIds: running }));
});

test('what AWS refuses is said in one sentence', async () => {
  const { code, stderr } = await verify('--bucket', 'there-is-no-such-bucket');
  expect([code, stderr]).toEqual([5, expect.stringMatching(/^error: .*NoSuchBucket: .*\n$/)]);
});

test('wrong options are refused in one sentence before anything is uploaded', async () => {
  const refused = (options: Partial<VerifyOptions>) =>
    runVerify({ timeout: '1h', ...options }).catch((error: Error) => `${error.name}: ${error.message}`);
  expect(await refused({ bucket: 'jobs' })).toMatch(/^UserError: .*belong together/);
  expect(await refused({ timeout: 'soon' })).toMatch(/^UserError: --timeout soon/);
  expect(await refused({ input: 'missing.zip' })).toMatch(/^UserError: --input missing.zip: there is no such file/);
  expect(await refused({ local: true, input: EXAMPLE_SETTINGS })).toMatch(/^UserError: .*leave it out/);
});
