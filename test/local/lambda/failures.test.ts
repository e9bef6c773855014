import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AccessKeys } from 'aws-emulator/access-keys';
import type { S3EventRecord } from 'aws-emulator/s3/events';
import { Queues } from 'aws-emulator/sqs/queues';
import { checkSettings } from '../../../contract/settings-load';
import { DEAD_LETTER_QUEUE, JOB_QUEUE } from '../../../local/account';
import { startGuardFunction } from '../../../local/guard-function';
import type { Deployment } from '../../../local/lambda/deploy-function';
import { FunctionFailures, FunctionTimeout } from '../../../local/lambda/failures';
import { LambdaProcess } from '../../../local/lambda/lambda-process';
import { startLaunchFunction } from '../../../local/launch-function';
import type { LocalServices } from '../../../local/services';

// A function that does not do its work on this machine, in every way in which that can be.

let dir: string;
let text: string;
jest.mock('../../../local/lambda/function-bundle', () => ({
  functionBundle(folder: string, name: string) {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${name}.js`);
    writeFileSync(file, text);
    return file;
  },
}));

const lines: string[] = [];
let failures: FunctionFailures;
let closers: (() => Promise<void>)[];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'failures-test-'));
  lines.length = 0;
  failures = new FunctionFailures((line) => lines.push(line));
  closers = [];
});
afterEach(async () => {
  for (const close of closers) await close();
  rmSync(dir, { recursive: true, force: true });
});

const failed = () =>
  new Promise<string>((resolve) => {
    const { signal } = failures;
    signal.addEventListener('abort', () => resolve(signal.reason.message));
  });

function deployment(): Deployment {
  const queues = new Queues({
    region: 'us-east-1',
    accountId: '000000000000',
    queues: [{ name: DEAD_LETTER_QUEUE }, { name: JOB_QUEUE }],
  });
  const settings = checkSettings({ app_url: 'https://git.example/app.git' });
  const onLine = (line: string) => lines.push(line);
  const endpoint = { url: 'http://127.0.0.1:9' };
  const services = { queues, endpoint, keys: new AccessKeys(), ec2: { subnets: [] }, events: new EventEmitter() };
  return { services: services as unknown as LocalServices, settings, onLine, failures, templateId: 'lt-1', dir };
}

function upload(): void {
  const launch = startLaunchFunction(deployment());
  closers.push(() => launch.close());
  launch.notify({} as S3EventRecord);
}

const keeping = (level: string) => `exports.handler = async ({ Records }) => {
  const error = { name: 'ENOENT', message: 'no home' };
  console.log(JSON.stringify({ level: '${level}', message: 'could not handle an upload', error }));
  return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

test.each([
  ['cannot be loaded', 'throw new TypeError("no such thing");', /ended \(exit status 1\): TypeError: no such thing$/],
  ['fails as Node.js says it', 'require("os").userInfo = 0; process.chdir("/no/such");', /: Error: ENOENT: .*chdir.*$/],
  ['ends', 'exports.handler = () => process.exit(3);', /ended \(exit status 3\)$/],
  ['is killed', 'exports.handler = () => process.kill(process.pid, "SIGKILL");', /ended \(SIGKILL\)$/],
  ['throws', 'exports.handler = async () => { throw new RangeError("never"); };', /: RangeError: never$/],
  ['answers nonsense', 'exports.handler = async () => ({ batchItemFailures: [{}] });', /names no message of the batch/],
  ['keeps an upload for an error', keeping('ERROR'), /: could not handle an upload: ENOENT: no home$/],
])('one that %s is told in one sentence', async (_, source, words) => {
  text = source;
  const sentence = failed();
  upload();
  expect(await sentence).toMatch(words);
  expect(await sentence).toMatch(/^the launch function does not work on this machine: .*$/);
});

test('one that lets an upload wait does its work', async () => {
  text = keeping('INFO');
  upload();
  while (!lines.some((line) => line.startsWith('launch: {'))) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(failures.signal.aborted).toBe(false);
});

test('an event that is given up is one too', async () => {
  text = 'exports.handler = async () => { throw new RangeError("never"); };';
  const sentence = failed();
  const guard = startGuardFunction(deployment(), () => false);
  closers.push(() => guard.close());
  await guard.runSchedule();
  expect(await sentence).toBe('the guard function does not work on this machine: RangeError: never');
  expect(lines.filter((line) => line.includes('RangeError'))).toHaveLength(3);
});

test('one that is late may be in time the next time', () => {
  failures.add('launch', new FunctionTimeout('the function was not done after 60000 ms'));
  failures.add('guard', new FunctionTimeout('the function was not done after 60000 ms'));
  expect(failures.signal.aborted).toBe(false);
  failures.add('launch', new FunctionTimeout('the function was not done after 60000 ms'));
  expect(failures.signal.reason.message).toMatch(/^the launch function does not work .* 60000 ms$/);
});

test('a function knows nothing of the home directory of whoever runs it', async () => {
  const file = path.join(dir, 'home.js');
  writeFileSync(file, 'exports.handler = async () => require("os").homedir();');
  const process = new LambdaProcess({ file, environment: {} });
  closers.push(() => process.close());
  expect(await process.invoke({})).toBe(dir);
});
