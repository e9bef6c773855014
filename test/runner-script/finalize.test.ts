import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AccessKeys } from 'aws-emulator/access-keys';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { type Imds, startImds } from 'aws-emulator/imds/server';
import type { BucketRules } from 'aws-emulator/s3/bucket-rules';
import { S3Service } from 'aws-emulator/s3/service';
import { formatJobLine } from '../../contract/job-line';
import { inputKey, outputKeys } from '../../contract/keys';
import { statusSchema } from '../../contract/status';
import { ROOTFS } from '../contract/runner';

// The last layer of the ending: a record without the runner, on a machine whose interpreter is broken.

const REGION = 'eu-west-1';
const instanceId = 'i-0123456789abcdef0';
const BUCKET = 'jobs-bucket';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const exec = promisify(execFile);

let dir: string;
let root: string;
let endpoint: Endpoint;
let imds: Imds;
let s3: S3Client;
let service: S3Service;
let tags: Record<string, string>;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'finalize-test-'));
  root = path.join(dir, 'root');
  cpSync(ROOTFS, root, { recursive: true });
  mkdirSync(path.join(root, 'run/lambda-ec2'), { recursive: true });
  mkdirSync(path.join(root, 'usr/bin'));
  writeFileSync(path.join(root, 'usr/bin/python3'), '#!/bin/sh\necho "no encodings" >&2\nexit 1\n', { mode: 0o755 });
  const keys = new AccessKeys();
  tags = {};
  service = new S3Service({ dir: path.join(dir, 's3'), region: REGION });
  await service.createBucket(BUCKET, { versioned: true });
  endpoint = await startEndpoint({ services: [service], keys });
  imds = await startImds({
    instanceId,
    imageId: 'ami-0123456789abcdef0',
    instanceType: 'm6i.large',
    region: REGION,
    accountId: '123456789012',
    availabilityZone: `${REGION}b`,
    privateIpAddress: '172.31.16.10',
    privateDnsName: `ip-172-31-16-10.${REGION}.compute.internal`,
    launchTime: new Date('2026-11-24T03:00:00Z'),
    tags: () => tags,
    role: {
      name: 'runner',
      instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/runner',
      credentials: () => keys.assumeRole(),
    },
  });
  const credentials = { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
  s3 = new S3Client({ endpoint: endpoint.url, region: REGION, credentials, forcePathStyle: true });
});
afterEach(async () => {
  s3.destroy();
  await imds.close();
  await endpoint.close();
  rmSync(dir, { recursive: true, force: true });
});

const state = (name: string) => path.join(root, 'run/lambda-ec2', name);

async function finalize(store = endpoint.url): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    SERVICE_RESULT: 'exit-code',
    AWS_ENDPOINT_URL: store,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url,
  };
  const ended = exec(path.join(root, 'usr/libexec/lambda-ec2/finalize'), { env });
  return (await ended.catch((error: { stderr: string }) => error)).stderr;
}

async function read(Key: string): Promise<string | undefined> {
  const object = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key })).catch((error: Error) => {
    if (error.name === 'NoSuchKey') return undefined;
    throw error;
  });
  return object?.Body?.transformToString();
}

test.each([
  ['may', undefined],
  ["2026/a b+c/it's $(touch x) \\x41 %41", undefined],
  ['ünï/日本/🚀 "q"', '7'],
])('the job %j has a log and a record of the same run', async (jobId, template) => {
  const run = { bucket: BUCKET, key: inputKey(jobId, template), versionId: 'v/+=1', sequencer: '0055AE', attempt: 2 };
  writeFileSync(state('job-line'), formatJobLine(run));
  const said = await finalize();
  const keys = outputKeys(jobId);
  const status = statusSchema.parse(JSON.parse((await read(keys.status)) ?? `"${said}"`));
  expect(status).toMatchObject({
    job_id: jobId,
    state: 'FAILED',
    reason: 'LOST',
    attempt: 2,
    instance_id: instanceId,
    input_key: run.key,
    input_version: 'v/+=1',
    input_sequencer: '0055AE',
  });
  expect(Object.keys(statusSchema.def.shape)).toEqual(expect.arrayContaining(Object.keys(status)));
  expect(status.message).toContain('exit-code');
  expect(await read(keys.ec2Log)).toContain('the runner could not be run');
  expect(existsSync(state('done'))).toBe(true);
});

test('a claimed job has its own record replaced, with the log that the runner left', async () => {
  const run = { bucket: BUCKET, key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
  writeFileSync(state('job-line'), formatJobLine(run));
  const Key = outputKeys('may').status;
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: '{"state": "RUNNING"}' }));
  writeFileSync(state('status-etag'), ETag);
  mkdirSync(path.join(root, 'var/lib/lambda-ec2'), { recursive: true });
  writeFileSync(path.join(root, 'var/lib/lambda-ec2/ec2.log'), 'what the runner said\n');
  await finalize();
  expect(JSON.parse((await read(Key)) ?? '')).toMatchObject({ state: 'FAILED', reason: 'LOST', attempt: 1 });
  expect(await read(outputKeys('may').ec2Log)).toContain('what the runner said');
});

test.each<[string, BucketRules, object]>([
  ['AES256', { retention: { Mode: 'COMPLIANCE', Days: 1 } }, { ServerSideEncryption: 'AES256' }],
  ['aws:kms', { requesterPays: true }, { ServerSideEncryption: 'aws:kms' }],
])('a bucket whose owner demands %s gets what it demands', async (encryption, rules, told) => {
  const Condition = { Null: { 's3:x-amz-server-side-encryption': 'true' } };
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::ruled/*',
    Condition,
  };
  service.createBucket('ruled', { versioned: true, policy: JSON.stringify({ Statement: [statement] }), ...rules });
  tags = { bucket_encryption: encryption, ...(rules.requesterPays ? { bucket_request_payer: 'true' } : {}) };
  const run = { bucket: 'ruled', key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
  writeFileSync(state('job-line'), formatJobLine(run));
  await finalize();
  const { status: Key, ec2Log } = outputKeys('may');
  const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: 'ruled', Key, RequestPayer: 'requester' }));
  expect(await head(Key)).toMatchObject(told);
  expect(await head(ec2Log)).toMatchObject(told);
});

// Of a store that does not look at signatures: the test's own curl may be one that gets this one wrong.
test('a key of the bucket is named beside the encryption', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const store = createHttpServer((request, response) => {
    seen.push(request.headers);
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  try {
    tags = { bucket_encryption: KEY };
    const run = { bucket: BUCKET, key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
    writeFileSync(state('job-line'), formatJobLine(run));
    await finalize(`http://127.0.0.1:${(store.address() as AddressInfo).port}`);
    const sse = 'x-amz-server-side-encryption';
    const expected = expect.objectContaining({ [sse]: 'aws:kms', [`${sse}-aws-kms-key-id`]: KEY });
    expect(seen).toEqual([expected, expected]);
  } finally {
    store.closeAllConnections();
    store.close();
  }
});

test("another's record stays", async () => {
  const run = { bucket: BUCKET, key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
  writeFileSync(state('job-line'), formatJobLine(run));
  const Key = outputKeys('may').status;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'theirs' }));
  expect(await finalize()).toContain('S3 answered 412');
  writeFileSync(state('status-etag'), '"of another time"');
  expect(await finalize()).toContain('S3 answered 412');
  expect(await read(Key)).toBe('theirs');
  expect(await read(outputKeys('may').ec2Log)).toBeUndefined();
});

test("what the runner's own code knew and could not write is left to the guard", async () => {
  const began = state('finish-began');
  writeFileSync(path.join(root, 'usr/bin/python3'), `#!/bin/sh\n: >'${began}'\nexit 1\n`, { mode: 0o755 });
  const run = { bucket: BUCKET, key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
  writeFileSync(state('job-line'), formatJobLine(run));
  await finalize();
  expect(existsSync(began)).toBe(true);
  expect(await read(outputKeys('may').status)).toBeUndefined();
});

test.each([
  ['that hangs', 'exec sleep 1000'],
  ['that ends after its time', 'trap "" TERM; while :; do sleep 1; done'],
])(
  'a runner %s is waited for as long as the machine stays on',
  async (_, script) => {
    writeFileSync(path.join(root, 'usr/bin/python3'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    writeFileSync(state('power-off-at'), `${Math.floor(uptime) + 10}\n`);
    const run = { bucket: BUCKET, key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
    writeFileSync(state('job-line'), formatJobLine(run));
    // And not for as long as systemd would wait.
    expect(await finalize()).toContain('trying without it');
  },
  60_000,
);

test('a store that hangs is left when the machine goes off', async () => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  try {
    writeFileSync(state('power-off-at'), '1\n');
    const run = { bucket: BUCKET, key: inputKey('may'), versionId: '', sequencer: '', attempt: 1 };
    writeFileSync(state('job-line'), formatJobLine(run));
    const { port } = mute.address() as AddressInfo;
    expect(await finalize(`http://127.0.0.1:${port}`)).toContain('S3 answered 000');
  } finally {
    mute.close();
  }
});

test.each([
  ['there is nothing to say', ''],
  ['the record is written already', 'done'],
])('without a job, or when %s, nothing is written', async (_, file) => {
  if (file) {
    writeFileSync(
      state('job-line'),
      formatJobLine({ bucket: BUCKET, key: inputKey('x'), versionId: '', sequencer: '', attempt: 1 }),
    );
    writeFileSync(state(file), '');
  }
  expect(await finalize()).toBe('');
  expect(await read(outputKeys('x').status)).toBeUndefined();
});
