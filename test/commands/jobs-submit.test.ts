import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import {
  CreateLaunchTemplateVersionCommand,
  DeregisterImageCommand,
  DescribeLaunchTemplateVersionsCommand,
} from '@aws-sdk/client-ec2';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import * as logsJson from '../../cli/json/logs';
import * as followJson from '../../cli/json/logs-follow';
import * as showJson from '../../cli/json/show';
import * as stopJson from '../../cli/json/stop';
import * as submitJson from '../../cli/json/submit';
import { INDEX_PREFIX } from '../../contract/job-index';
import { type RunningMachine, readMachineFile, writeMachineFile } from '../../local/machine-file';
import { makeZip, until, useJobs } from './jobs-machine';
import { lambdaEc2, type Said, STATE, startLambdaEc2 } from './run-command';

const { machine, dir, run, json } = useJobs();
beforeAll(() => makeZip(dir(), 'may.zip'));

async function keys(Prefix: string): Promise<string[]> {
  const { Contents = [] } = await machine().s3.send(new ListObjectsV2Command({ Bucket: machine().bucket, Prefix }));
  return Contents.map(({ Key = '' }) => Key);
}
async function versions(): Promise<number> {
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: machine().templateId });
  return (await machine().ec2.send(command)).LaunchTemplateVersions?.length ?? 0;
}
const stateOf = async (id: string) => (await json(showJson.schema, 'show', id)).state;

/** A way to a port of this machine that can be cut. */
async function proxyTo(port: string): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const other = connect(Number(port), '127.0.0.1');
    for (const one of [socket, other]) sockets.add(one.on('error', () => {}));
    socket.pipe(other).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** A command that stays, interrupted as soon as it has said something. */
async function interrupted(args: string[], said: RegExp): Promise<Said> {
  const child = startLambdaEc2([...args, '--local'], { cwd: dir(), env: { LAMBDA_EC2_STATE: STATE } });
  const got = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    got.stdout += text;
  });
  child.stderr.on('data', (text) => {
    got.stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await until(() => said.test(got.stdout + got.stderr) || child.exitCode !== null);
  child.kill('SIGINT');
  return { code: await ended, ...got };
}

test('submit says the id alone, and on standard error what to type next', async () => {
  const { code, stdout, stderr } = await run('submit', 'may.zip');
  expect([code, stdout]).toEqual([0, 'may\n']);
  expect(stderr).toBe('lambda-ec2 logs may -f --local\nlambda-ec2 show may --local\n');
  const followed = await run('logs', 'may', '-f');
  expect([followed.code, followed.stderr]).toEqual([0, expect.stringMatching(/^may SUCCEEDED: .*\n$/m)]);
  expect(followed.stdout).toContain('\nsummed up\n');
});

test('logs --json is one document, and with -f an object a line', async () => {
  const { job_id, lines } = await json(logsJson.schema, 'logs', 'may');
  expect([job_id, lines.includes('summed up')]).toEqual(['may', true]);
  expect(await json(logsJson.schema, 'logs', 'may', '--app')).toEqual({ job_id: 'may', lines: [] });
  expect((await json(logsJson.schema, 'logs', 'may', '-n', '2')).lines).toEqual(lines.slice(-2));
  const { stdout } = await run('logs', 'may', '-f', '--json');
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(showJson.schema.parse(objects.pop()).state).toBe('SUCCEEDED');
  expect(objects.map((one) => followJson.schema.parse(one).line)).toEqual(lines);
});

test('--wait shows the phases, downloads what the job left and ends as it ended', async () => {
  mkdirSync(path.join(dir(), 'march'));
  writeFileSync(path.join(dir(), 'march/a.csv'), '1');
  const { code, stdout, stderr } = await run('run', 'march', '--wait', '-o', 'results');
  expect([code, stdout]).toEqual([0, 'march\n']);
  for (const phase of ['boot', 'source', 'app', 'output']) expect(stderr).toMatch(new RegExp(`^✓ ${phase} `, 'm'));
  expect(stderr).toMatch(/^march SUCCEEDED$/m);
  expect(stderr).not.toContain('\u001b');
  expect(readdirSync(path.join(dir(), 'results')).sort()).toEqual(['march.zip', 'march_ec2.log', 'march_status.json']);
});

test('a failed job is exit status 1, with its cause and its lines', async () => {
  const { code, stdout, stderr } = await run('submit', 'may.zip', '--id', 'a b', '--set', 'app_main=fail.py', '-f');
  expect([code, stdout]).toEqual([1, 'a b\n']);
  expect(stderr).toMatch(/^a b FAILED: APP_FAILED \(app\)$/m);
  expect(stderr).toContain('the column price is missing');
  expect(stderr).toContain("lambda-ec2 rerun 'a b' --local\n");
  expect((await json(showJson.schema, 'show', 'a b')).input_key).toMatch(/template=\d+\/a b\.zip$/);
});

test('a job under way keeps its id, and nothing is written for one that is refused', async () => {
  const started = await json(submitJson.schema, 'submit', 'may.zip', '--id', 'june', '--set', 'app_main=stay.py');
  expect(started).toMatchObject({ job_id: 'june', template_version: expect.stringMatching(/^\d+$/) });
  const before = await versions();
  const again = await run('submit', 'may.zip', '--id', 'june', '--set', 'app_main=main.py');
  expect([again.code, again.stdout]).toEqual([2, '']);
  expect(again.stderr).toMatch(/^error: the job june is .*--id.*logs june -f --local.*--replace/);
  expect(await versions()).toBe(before);

  const replaced = await run('submit', 'may.zip', '--id', 'june', '--replace', '--wait', '--settings-version', '2');
  expect([replaced.code, replaced.stdout]).toEqual([0, 'june\n']);
  expect(replaced.stderr).toContain('version    2 of the launch template');
});

test('an interrupt ends the waiting and not the job, and says how to come back; so does --timeout', async () => {
  const args = ['submit', 'may.zip', '--id', 'july', '--set', 'app_main=stay.py', '-f'];
  const { code, stdout, stderr } = await interrupted(args, /stays/);
  expect([code, stdout]).toEqual([130, 'july\n']);
  const comeBack =
    'the job july goes on; lambda-ec2 logs july -f --local follows it, lambda-ec2 stop july --local ends';
  expect(stderr).toContain(`error: interrupted: ${comeBack}`);
  expect(await stateOf('july')).toBe('RUNNING');

  const watched = await interrupted(['list', '-w', '--json'], /"july"/);
  expect(watched.code).toBe(130);
  for (const line of watched.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('job_id');
  const followed = await interrupted(['logs', 'july', '-f', '-n', '1'], /stays/);
  expect([followed.code, followed.stdout]).toEqual([130, 'stays\n']);
  expect(followed.stderr).toContain(comeBack);

  const replaced = ['submit', 'may.zip', '--id', 'july', '--set', 'app_main=stay.py', '--replace'];
  const late = await run(...replaced, '--wait', '--timeout', '1s', '--json');
  expect([late.code, JSON.parse(late.stdout).error]).toEqual([
    8,
    { code: 'still_running', exit_status: 8, message: expect.stringContaining(`--timeout 1s is over: ${comeBack}`) },
  ]);
});

test('when AWS cannot be reached any more, the waiting ends with how to come back', async () => {
  const state = path.join(dir(), 'state');
  const proxy = await proxyTo(new URL(machine().services.endpoint.url).port);
  const found = readMachineFile() as RunningMachine;
  const forget = writeMachineFile({ ...found, endpoint: proxy.url }, path.join(state, 'local.json'));
  const words = ['submit', 'may.zip', '--id', 'cut', '--set', 'app_main=stay.py', '-f', '--local'];
  const child = startLambdaEc2(words, { cwd: dir(), env: { LAMBDA_EC2_STATE: state } });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
    if (/stays/.test(stderr)) proxy.close();
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
  expect(stderr).toMatch(
    /^error: AWS could not be asked, try again: .*; the job cut goes on; lambda-ec2 logs cut -f /m,
  );
  forget();
  expect((await run('stop', 'cut')).code).toBe(0);
});

test.each([
  ['submit', 'may.zip', '--id', 'early', '--set', 'app_main=stay.py', '-f'],
  ['rerun', 'may', '--as', 'early', '--replace', '--wait'],
])('%s %s: Ctrl-C at the first word of the result says that the job goes on', async (...args) => {
  const env = { NODE_OPTIONS: `--require=${path.join(__dirname, 'interrupt-at-output.js')}` };
  const { code, stdout, stderr } = await lambdaEc2([...args, '--local'], { cwd: dir(), env });
  expect([code, stdout]).toEqual([130, 'early\n']);
  expect(stderr).toMatch(
    /^error: interrupted: .*lambda-ec2 logs early -f --local follows it, lambda-ec2 stop early --local ends it$/m,
  );
  await run('stop', 'early');
});

test('stop ends jobs that run, that have no record yet and that have ended, and says who did it', async () => {
  await run('submit', 'may.zip', '--id', 'august', '--set', 'app_main=stay.py');
  const several = await run('stop', 'august', 'ju');
  expect([several.code, several.stderr]).toEqual([
    2,
    expect.stringMatching(/^error: ju is the beginning of several jobs.*: july, june/),
  ]);
  expect((await run('stop', 'august', 'none')).code).toBe(5);
  const empty = await run('stop', '');
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('the job id is empty')]);
  const ended = await json(stopJson.schema, 'kill', 'august', 'july', 'may', 'july');
  expect(ended.stopped).toMatchObject([
    { job_id: 'august', stopped: true, state: 'FAILED', reason: 'CANCELLED' },
    { job_id: 'july', stopped: true, reason: 'CANCELLED', instances: [expect.stringMatching(/^i-/)] },
    { job_id: 'may', stopped: false, state: 'SUCCEEDED', reason: null, instances: [] },
  ]);
  const followed = await run('logs', 'july', '-f');
  expect(followed.code).toBe(1);
  expect(followed.stdout).toMatch(/CANCELLED: .* stopped the job at [^\n]*\n$/);
  expect((await run('stop', 'july')).stdout).toBe('july was CANCELLED already\n');
  expect((await run('list', '--failed')).stdout).not.toContain('july');
});

test('stop --all asks, and without a terminal it is a refusal', async () => {
  await run('submit', 'may.zip', '--id', 'september', '--set', 'app_main=stay.py');
  const refused = await run('stop', '--all');
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/^error: Stop september\? .*-y/);
  const { code, stdout } = await run('stop', '--all', '-y');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^september CANCELLED.*\n$/)]);
  expect(await run('stop', '--all')).toEqual({ code: 0, stdout: '', stderr: 'no job is under way\n' });
});

test('an object of S3 is copied, and one that is not there is exit status 5', async () => {
  const { s3, bucket } = machine();
  const Body = readFileSync(path.join(dir(), 'may.zip'));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "elsewhere/it's.zip", Body }));
  const { code, stdout } = await run('submit', `s3://${bucket}/elsewhere/it's.zip`, '--wait');
  expect([code, stdout]).toEqual([0, "it's\n"]);
  const missing = await run('submit', `s3://${bucket}/elsewhere/none.zip`);
  expect([missing.code, missing.stderr]).toEqual([5, expect.stringContaining('there is no such object')]);
  expect((await keys(INDEX_PREFIX)).filter((key) => key.endsWith('/none'))).toEqual([]);
});

test.each<[string[], number, RegExp]>([
  [['none.zip'], 2, /none.zip: there is no such file or folder/],
  [['may.zip', '--out', 'x'], 2, /--out is for --wait or --follow/],
  [['may.zip', '--wait', '-d'], 2, /--detach and --wait/],
  [['may.zip', '--wait', '--timeout', '5'], 2, /--timeout 5: give a whole number and a unit/],
  [['may.zip', '--wait', '--out', 'may.zip'], 2, /--out may.zip: that is a file/],
  [['may.zip', '--wait', '--out', '.'], 2, /the output would replace the input may.zip/],
  [['may.zip', '--set', 'app_mian=x'], 2, /did you mean app_main/],
  [
    ['may.zip', '--settings-version', '99'],
    5,
    /there is no version 99: the latest is \d+; lambda-ec2 settings --local lists them/,
  ],
  [['may.zip', '--id', '../x'], 2, /folder/],
])('submit %p is refused before anything is uploaded', async (args, status, why) => {
  const before = await keys('app_runner/input/');
  const { code, stdout, stderr } = await run('submit', ...args);
  expect([code, stdout]).toEqual([status, '']);
  expect(stderr).toMatch(why);
  expect(await keys('app_runner/input/')).toEqual(before);
  expect(existsSync(path.join(dir(), 'may.zip'))).toBe(true);
});

test('a version whose image is gone is refused before anything is uploaded', async () => {
  const ImageId = machine().services.ec2.addImage({ name: 'gone', rootDir: '/gone' });
  const data = { LaunchTemplateId: machine().templateId, SourceVersion: '$Default', LaunchTemplateData: { ImageId } };
  const { LaunchTemplateVersion } = await machine().ec2.send(new CreateLaunchTemplateVersionCommand(data));
  await machine().ec2.send(new DeregisterImageCommand({ ImageId }));
  const [before, uploads] = [await versions(), await keys('app_runner/input/')];
  const version = String(LaunchTemplateVersion?.VersionNumber);
  for (const more of [[], ['--set', 'app_main=fail.py']]) {
    const { code, stderr } = await run('submit', 'may.zip', '--settings-version', version, ...more);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/no job could run from version \d+: its image .* is not there/),
    ]);
  }
  expect([await versions(), await keys('app_runner/input/')]).toEqual([before, uploads]);
});

test('jobs with the same settings of their own share a version', async () => {
  const start = async (id: string) => {
    const args = ['submit', 'may.zip', '--id', id, '--set', 'ec2_timeout=17m'];
    return (await json(submitJson.schema, ...args)).template_version;
  };
  const first = await start('shared-1');
  const before = await versions();
  expect([await start('shared-2'), await versions()]).toEqual([first, before]);
});

test('a folder leaves nothing in the temporary folder, and one that is not there is named', async () => {
  const temporary = path.join(dir(), 'temporary');
  mkdirSync(temporary);
  const submit = (TMPDIR: string, ...args: string[]) =>
    lambdaEc2(['submit', 'march', ...args], { cwd: dir(), env: { TMPDIR } });
  expect((await submit(temporary, '--stack', '')).code).toBe(2);
  expect(readdirSync(temporary)).toEqual([]);
  const { code, stderr } = await submit(path.join(dir(), 'gone'), '--local');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/gone.*set TMPDIR/)]);
});
