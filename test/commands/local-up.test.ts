import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateLaunchTemplateVersionCommand, EC2Client, ModifyLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { outputKeys } from '../../contract/keys';
import { parseStatus, type Status } from '../../contract/status';
import { machineFile, readMachineFile } from '../../local/machine-file';
import { lambdaEc2, STATE, startLambdaEc2 } from './run-command';

const BUCKET = 'lambda-ec2-jobs';
const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'cli-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/**
 * `local up` until `body` has ended, then Ctrl-C. `body` gets the exported environment and the template's id. Returns
 * what was said on standard error.
 */
async function whileUp(
  args: string[],
  body: (env: Record<string, string>, templateId: string) => Promise<void>,
  variables: Record<string, string> = {},
): Promise<string> {
  const up = startLambdaEc2(['local', 'up', ...args], { env: variables });
  let stdout = '';
  let stderr = '';
  up.stdout.on('data', (text) => {
    stdout += text;
  });
  up.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = once(up, 'exit');
  try {
    while (!stderr.includes('Ctrl-C ends everything')) {
      if (up.exitCode !== null) throw new Error(`local up ended: ${stderr}`);
      await pause(100);
    }
    const env = Object.fromEntries(
      [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map((match) => [match[1] as string, match[2] as string]),
    );
    await body(env, /lt-[0-9a-f]+/.exec(stderr)?.[0] as string);
  } finally {
    up.kill('SIGINT');
    await ended;
  }
  expect([up.exitCode, stderr.includes('error')]).toEqual([0, false]);
  return stderr;
}

test('an unmodified client starts jobs and overrides settings with nothing but the exported lines', async () => {
  const app = path.join(dir, 'app');
  mkdirSync(app);
  const writes = (text: string) => `import zipfile\nzipfile.ZipFile('output.zip', 'w').writestr('${text}', '')`;
  writeFileSync(path.join(app, 'main.py'), writes('main'));
  writeFileSync(path.join(app, 'other.py'), writes('other'));
  const input = path.join(dir, 'may.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', input, path.join(app, 'main.py')]);

  const said = await whileUp(['--app', app], async (env, templateId) => {
    const credentials = {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    };
    const client = { endpoint: env.AWS_ENDPOINT_URL, region: env.AWS_REGION, credentials };
    const s3 = new S3Client(client);
    const ec2 = new EC2Client(client);
    const aws = (...args: string[]) => execFileSync('aws', args, { env: { ...process.env, ...env }, encoding: 'utf8' });

    if (hasAwsCli) aws('s3', 'cp', input, `s3://${BUCKET}/app_runner/input/may.zip`);
    else await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'app_runner/input/may.zip', Body: 'PK' }));
    expect((await finalStatus(s3, 'may')).state).toBe('SUCCEEDED');

    const tags = [
      { Key: 'app_url', Value: `file://${path.join(dir, 'elsewhere')}` },
      { Key: 'ec2_timeout', Value: '30s' },
    ];
    const data = { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: tags }] };
    if (hasAwsCli) {
      const version = aws(
        ...['ec2', 'create-launch-template-version', '--launch-template-id', templateId, '--source-version', '1'],
        ...['--launch-template-data', JSON.stringify(data), '--query', 'LaunchTemplateVersion.VersionNumber'],
      );
      aws('ec2', 'modify-launch-template', '--launch-template-id', templateId, '--default-version', version.trim());
    } else {
      const LaunchTemplateId = templateId;
      const made = await ec2.send(
        new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, SourceVersion: '1', LaunchTemplateData: data }),
      );
      const DefaultVersion = String(made.LaunchTemplateVersion?.VersionNumber);
      await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion }));
    }
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'app_runner/input/june.ZIP', Body: 'PK' }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'app_runner/input/june.zip', Body: 'PK' }));
    expect(await finalStatus(s3, 'june')).toMatchObject({ state: 'FAILED', reason: 'CLONE_FAILED' });
    s3.destroy();
    ec2.destroy();
  });
  expect(said).toMatch(/^upload app_runner\/input\/june\.ZIP starts no job: /m);
});

test('a port that is taken and one that is none are told in one sentence', async () => {
  const wrong = await lambdaEc2(['local', 'up', '--port', '99999', '--app', 'example']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--port 99999: give a port from 1 to 65535')]);
  await whileUp(['--app', 'example'], async (env) => {
    const { port } = new URL(env.AWS_ENDPOINT_URL as string);
    const taken = await lambdaEc2(['local', 'up', '--port', port, '--app', 'example']);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain(`port ${port} is taken`);
    expect(taken.stderr).not.toMatch(/^\s+at /m);
  });
});

test('other commands find it by its file, and a second one is refused', async () => {
  const file = machineFile({ LAMBDA_EC2_STATE: STATE });
  await whileUp(['--app', 'example', '--set', 'name=sales-jobs'], async (env, templateId) => {
    const running = readMachineFile(file);
    expect(running).toMatchObject({
      endpoint: env.AWS_ENDPOINT_URL,
      region: env.AWS_REGION,
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      bucket: BUCKET,
      templateId,
      queueUrl: `${env.AWS_ENDPOINT_URL}/000000000000/lambda-ec2-jobs`,
      stackName: 'sales-jobs',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { code, stdout, stderr } = await lambdaEc2(['local', 'up']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`local up runs already, as process ${running?.pid} at ${env.AWS_ENDPOINT_URL}:`);
  });
  expect(readdirSync(STATE)).toEqual([]);
});

test('a folder that takes no file leaves a machine that is used by its exported lines', async () => {
  const blocked = path.join(dir, 'file');
  writeFileSync(blocked, '');
  const heard = await whileUp(['--app', 'example'], async () => {}, { LAMBDA_EC2_STATE: path.join(blocked, 'state') });
  expect(heard).toMatch(/^this machine is not found by commands with --local: ENOTDIR.*set LAMBDA_EC2_STATE/m);
});

test('Ctrl-C takes everything away', async () => {
  let url = '';
  await whileUp(['--app', 'example'], async (env) => {
    const answer = await fetch(env.AWS_ENDPOINT_URL as string);
    url = env.AWS_ENDPOINT_URL as string;
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
  await expect(fetch(url)).rejects.toThrow();
});

async function finalStatus(s3: S3Client, jobId: string): Promise<Status> {
  for (;;) {
    const object = await s3
      .send(new GetObjectCommand({ Bucket: BUCKET, Key: outputKeys(jobId).status }))
      .catch(() => undefined);
    const status = parseStatus((await object?.Body?.transformToString()) ?? '');
    if (status?.state === 'SUCCEEDED' || status?.state === 'FAILED') return status;
    await pause(200);
  }
}
