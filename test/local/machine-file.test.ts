import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machineFile, readMachineFile, refuseSecondMachine, writeMachineFile } from '../../local/machine-file';

const ABOUT = {
  endpoint: 'http://127.0.0.1:4566',
  region: 'us-east-1',
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'key',
  bucket: 'jobs',
  templateId: 'lt-1',
  queueUrl: 'http://127.0.0.1:4566/0/jobs',
  deadLetterQueueUrl: 'http://127.0.0.1:4566/0/dead',
  pipelineArn: 'arn:pipeline',
  topicArn: 'arn:topic',
  stackName: 'lambda-ec2',
};

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'machine-file-test-'));
  file = path.join(dir, 'state', 'local.json');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The file as another process would have written it. */
function rewrite(change: (process: { pid: number; started: string; where: string }) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  change(content.process);
  writeFileSync(file, JSON.stringify(content));
}

test('a machine is found while it runs, by its user alone', () => {
  const remove = writeMachineFile(ABOUT, file);
  expect(readMachineFile(file)).toEqual({ ...ABOUT, pid: process.pid, startedAt: expect.stringMatching(/Z$/) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.dirname(file))).toEqual(['local.json']);
  remove();
  expect(readMachineFile(file)).toBeUndefined();
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

test('what a dead process left is no machine and is replaced', async () => {
  writeMachineFile(ABOUT, file);
  const child = spawn('true');
  await once(child, 'exit');
  rewrite((mark) => {
    mark.pid = child.pid as number;
  });
  expect(readMachineFile(file)).toBeUndefined();
  writeMachineFile({ ...ABOUT, bucket: 'new' }, file);
  expect(readMachineFile(file)).toMatchObject({ bucket: 'new' });
});

test.each([
  ['a later process with the same number', { started: 'boot/1' }],
  ['a process of another container', { where: 'elsewhere/pid:[1]' }],
])('%s is not taken for the machine', (_, change) => {
  writeMachineFile(ABOUT, file);
  rewrite((mark) => Object.assign(mark, change));
  expect(readMachineFile(file)).toBeUndefined();
});

test.each(['', '{', 'null', '{}', '{"process":{},"machine":{}}'])('a file that says %j is no machine', (text) => {
  writeMachineFile(ABOUT, file);
  writeFileSync(file, text);
  expect(readMachineFile(file)).toBeUndefined();
});

test('a second machine is refused with the one that runs', () => {
  writeMachineFile(ABOUT, file);
  const sentence = `local up runs already, as process ${process.pid} at http://127.0.0.1:4566: end that one`;
  expect(() => writeMachineFile(ABOUT, file)).toThrow(sentence);
  expect(() => refuseSecondMachine(0, file)).toThrow(sentence);
  expect(() => refuseSecondMachine(4566, file)).toThrow(`--port 4566: port 4566 is taken: ${sentence}`);
  expect(readdirSync(path.dirname(file))).toEqual(['local.json']);
});

test.each([
  [{ LAMBDA_EC2_STATE: '/state', XDG_STATE_HOME: '/xdg', HOME: '/home/a' }, '/state/local.json'],
  [{ LAMBDA_EC2_STATE: '', XDG_STATE_HOME: '/xdg', HOME: '/home/a' }, '/xdg/lambda-ec2/local.json'],
  [{ XDG_STATE_HOME: 'relative', HOME: '/home/a' }, '/home/a/.local/state/lambda-ec2/local.json'],
  [{ HOME: '/home/a' }, '/home/a/.local/state/lambda-ec2/local.json'],
])('%j puts it at %s', (env, expected) => {
  expect(machineFile(env)).toBe(expected);
});
