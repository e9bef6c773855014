import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ServiceError } from 'aws-emulator/protocol/error';
import { schema } from '../../cli/json/doctor';
import { jobLineTags } from '../../contract/job-line-tags';
import { inputKey, OUTPUT_PREFIX, outputKeys } from '../../contract/keys';
import { type Account, aHealthyAccount, image, none, queueConfiguration, refuse, version } from './healthy-account';
import { lambdaEc2, type Said } from './run-command';

let account: Account;
let dir: string;
/** A public repository, over git's plain HTTP protocol. */
const server = createServer((request, response) => {
  const file = path.join(dir, 'app.git', (request.url ?? '').replace(/\?.*/, '').replace(/^\/(app|private)\.git/, ''));
  if (request.url?.startsWith('/private.git') && !request.headers.authorization)
    return response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
  try {
    response.end(readFileSync(file));
  } catch {
    response.writeHead(404).end();
  }
});
let origin: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'doctor-test-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: dir });
  git('init', '-q', '-b', 'main', 'app');
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  git('-C', 'app', ...author, 'commit', '-q', '--allow-empty', '-m', 'first');
  git('clone', '-q', '--bare', 'app', 'app.git');
  git('-C', 'app.git', 'update-server-info');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  account = await aHealthyAccount(`${origin}/app.git`);
});
afterEach(() => account.close());
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const doctor = (args: string[] = [], env: Record<string, string> = {}) =>
  lambdaEc2(['doctor', ...args], { env: { ...account.environment, ...env }, cwd: dir });

/** The checks by their names, and the exit status. */
const diagnosis = async (...args: string[]) => read(await doctor(['--json', ...args]));

function read({ code, stdout, stderr }: Said) {
  const { ok, checks } = schema.parse(JSON.parse(stdout));
  return { code, ok, stderr, checks: Object.fromEntries(checks.map(({ name, ...check }) => [name, check])) };
}

test('of a stack in which nothing is wrong it says so, a line a check, and asks for nothing that writes', async () => {
  const { code, stdout, stderr } = await doctor();
  expect(stderr).toBe('');
  expect(stdout).not.toMatch(/^(problem|unknown)/m);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok +credentials +arn:aws:iam::123456789012:user\/ann in eu-west-1$/m);
  expect(stdout).toMatch(
    /^ok +cost +A job takes at most 2 instances .* 1\.47 hours each; all jobs together at most 4 instances/m,
  );
  expect(stdout).toMatch(/^ok +schedules +1 schedule has its input; the next is \d{4}-\d\d-\d\dT03:00:00Z \(daily\)$/m);
  expect(stdout).toMatch(/^ok +quota +64 vCPUs, and m7i\.large has 2: 32 at a time$/m);
  expect(account.asked.filter((operation) => !/^(Get|Describe|List|Head)/.test(operation))).toEqual([]);
});

test('everything that is wrong is a problem of its own, with what to do', async () => {
  const tags = { app_url: `${origin}/app.git`, app_ref: 'v9', app_credentials: 'gone' };
  Object.assign(account.answers, {
    DescribeStacks: rolledBack(account.answers.DescribeStacks as never),
    DescribeLaunchTemplateVersions: () => ({ LaunchTemplateVersions: [version(tags)] }),
    DescribeImages: () => ({ Images: [image({ Architecture: 'arm64', CreationDate: '2020-01-01T00:00:00.000Z' })] }),
    GetServiceQuota: () => ({ Quota: { Value: 1 } }),
    GetImagePipeline: () => ({ imagePipeline: { status: 'DISABLED' } }),
    GetBucketVersioning: () => ({}),
    GetBucketNotificationConfiguration: () => ({ QueueConfigurations: [queueConfiguration('elsewhere/')] }),
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: '3' } }),
    DescribeInstances: () => ({ Reservations: [{ Instances: [oldInstance] }] }),
    DescribeSecret: missing,
    HeadObject: () => {
      throw new ServiceError('NotFound', 'Not Found', 404);
    },
    GetInstanceMetadataDefaults: () => ({ AccountLevel: { HttpEndpoint: 'disabled' } }),
  });
  const { code, ok, checks } = await diagnosis();
  expect([code, ok]).toEqual([1, false]);
  const wrong = Object.entries(checks).filter(([, { state }]) => state === 'problem');
  const told = wrong.map(([name, { found, fix }]) => `${name}: ${found} -> ${fix}`).join('\n');
  expect(told.replaceAll(origin, 'ORIGIN').replace(/\d+ days old/, 'N days old')).toMatchInlineSnapshot(`
"stack: jobs is UPDATE_ROLLBACK_COMPLETE -> npx cdk deploy
default version: no job could run from version 4: its image ami-0123456789abcdef0 is arm64, and m7i.large is not -> lambda-ec2 bake --wait
image age: ami-0123456789abcdef0 is N days old, and so are its security updates -> lambda-ec2 bake --wait
pipeline: the image pipeline is switched off: nothing is baked on its schedule -> lambda-ec2 doctor --fix
quota: 1 vCPUs, and m7i.large has 2: jobs wait -> ask for a higher quota L-1216C47A ("EC2") in the Service Quotas console
bucket: jobs-bucket: its versioning is off, so that two uploads of one key can become one job -> docs/operating.md, "An existing bucket"
notification: jobs-bucket does not tell the job queue of uploads: no upload starts a job -> npx cdk deploy
dead letters: 3 messages lie in the dead-letter queue -> the guard takes them within six minutes; if they stay: docs/operating.md, "Dead letters", then lambda-ec2 list --missing
deadlines: past its deadline: i-0123456789abcdef0 -> terminate i-0123456789abcdef0 in the EC2 console
schedules: daily: s3://jobs-bucket/app_runner/scheduled/daily.zip does not exist: each run of it fails -> lambda-ec2 schedule run daily --input FILE.zip
secrets: app_credentials: gone does not exist -> make it in this Region, or lambda-ec2 settings set NAME=...
repository: ORIGIN/app.git has no branch or tag v9 -> lambda-ec2 settings set app_ref=...
account: the account switches the instance metadata off by default: bakes cannot work -> EC2 console, "Data protection and security", "IMDS defaults": enable the instance metadata service"
`);
});

test('what may not be looked at is no problem and no success', async () => {
  Object.assign(account.answers, { GetServiceQuota: refuse, GetQueueAttributes: refuse });
  const { code, ok, checks } = await diagnosis();
  expect([code, ok]).toEqual([3, false]);
  expect(checks.quota).toMatchObject({ state: 'unknown', found: expect.stringContaining('not authorized') });
  expect(checks['dead letters']?.state).toBe('unknown');
  expect(checks.bucket?.state).toBe('ok');
});

test('a service that never answers holds up neither the other checks nor the command', async () => {
  account.answers.GetServiceQuota = () => new Promise(() => {});
  let others: string | undefined;
  // A machine that is busy needs longer for the others.
  for (let seconds = 4; others !== 'ok'; seconds *= 2) {
    const { code, checks } = read(await doctor(['--json'], { LAMBDA_EC2_DOCTOR_SECONDS: String(seconds) }));
    expect([code, checks.quota?.state]).toEqual([3, 'unknown']);
    expect(checks.quota?.found).toBe(`no answer within ${seconds} seconds`);
    others = checks.account?.state;
  }
});

test('a LAMBDA_EC2_DOCTOR_SECONDS that is no number is one sentence', async () => {
  const { code, stderr } = await doctor([], { LAMBDA_EC2_DOCTOR_SECONDS: 'long' });
  expect([code, stderr]).toEqual([2, 'error: LAMBDA_EC2_DOCTOR_SECONDS long: give a whole number from 1 on\n']);
});

test('nobody is signed in: exit status 4, and how to', async () => {
  const { code, stdout, stderr } = await doctor([], { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' });
  expect([code, stderr]).toEqual([4, '']);
  expect(stdout).toMatch(/^problem +credentials +not signed in.* -> aws sso login/m);
});

test('a stack that is not there: the problem once, the rest skipped', async () => {
  const { code, checks } = await diagnosis('--stack', 'other');
  expect(code).toBe(1);
  expect(checks.stack).toMatchObject({ state: 'problem', fix: 'npx cdk deploy' });
  expect(checks.quota?.state).toBe('skipped');
});

test('before the first deploy, and after one that failed, a Region that is full of VPCs is told', async () => {
  Object.assign(account.answers, {
    DescribeVpcs: () => ({ Vpcs: [1, 2, 3, 4, 5].map((n) => ({ VpcId: `vpc-${n}` })) }),
    GetServiceQuota: ({ ServiceCode }: { ServiceCode: string }) => ({
      Quota: { Value: ServiceCode === 'vpc' ? 5 : 64 },
    }),
  });
  const full = expect.stringMatching(/5 of the 5 VPCs that the account may have.*vpc_id and subnets.*L-F678F1CE/);
  expect((await diagnosis('--stack', 'other')).checks.stack).toMatchObject({ state: 'problem', found: full });
  writeFileSync(
    path.join(dir, 'settings.yaml'),
    'app_url: https://example.com/app.git\nvpc_id: vpc-0123456789abcdef0\nsubnets: [subnet-0123456789abcdef0]\n',
  );
  const named = (await diagnosis('--stack', 'other')).checks.stack?.found;
  rmSync(path.join(dir, 'settings.yaml'));
  expect(named).toMatch(/^there is no stack other/);
  expect(named).not.toContain('VPCs');
  account.answers.DescribeStacks = rolledBack(account.answers.DescribeStacks as never, 'ROLLBACK_COMPLETE');
  expect((await diagnosis()).checks.stack).toMatchObject({ state: 'problem', found: full });
});

test.each([
  ['--stack nor a settings.yaml', { LAMBDA_EC2_STACK: '' }, /give its name with --stack NAME/],
  ['a Region', { AWS_REGION: '' }, /there is no AWS Region/],
])('without %s nothing is looked at', async (_, env, sentence) => {
  const { code, stdout, stderr } = await doctor([], env);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(sentence);
});

test('a private repository without credentials is a problem, one with credentials is for a job to try', async () => {
  const withTags = (tags: Record<string, string>) => {
    const url = { app_url: `${origin}/private.git` };
    account.answers.DescribeLaunchTemplateVersions = () => ({ LaunchTemplateVersions: [version({ ...url, ...tags })] });
  };
  withTags({});
  const { checks } = await diagnosis();
  expect(checks.repository).toMatchObject({ state: 'problem', fix: expect.stringContaining('app_credentials') });
  withTags({ app_credentials: 'ssm:/git' });
  const second = await diagnosis();
  expect(second.checks.repository).toMatchObject({ state: 'skipped', fix: 'lambda-ec2 verify' });
  expect([second.code, second.checks.secrets?.state]).toEqual([0, 'ok']);
});

const withDefaultVersion = (tags: Record<string, string>, data: object = {}) => {
  account.answers.DescribeLaunchTemplateVersions = () => ({ LaunchTemplateVersions: [version(tags, data)] });
};

test('a repository that only this person can read is a problem without app_credentials', async () => {
  const home = mkdtempSync(path.join(dir, 'home-'));
  const host = new URL(origin);
  writeFileSync(path.join(home, '.netrc'), `machine ${host.hostname} login ann password secret\n`);
  writeFileSync(path.join(home, '.gitconfig'), `[url "${origin}/app.git"]\n  insteadOf = ${origin}/alias.git\n`);
  for (const name of ['alias.git', 'private.git']) {
    withDefaultVersion({ app_url: `${origin}/${name}` });
    const { stdout } = await doctor(['--json'], { HOME: home, GIT_ASKPASS: '/bin/echo' });
    const { checks } = schema.parse(JSON.parse(stdout));
    const repository = checks.find((check) => check.name === 'repository');
    expect(repository).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('cannot be read without credentials'),
    });
  }
});

test.each(['git@127.0.0.1:app.git', 'ssh://git@127.0.0.1:1/app.git'])(
  'the SSH URL %s without app_credentials is a problem: no instance has a key',
  async (app_url) => {
    withDefaultVersion({ app_url });
    const { checks } = await diagnosis();
    expect(checks.repository).toMatchObject({ state: 'problem', found: expect.stringContaining('needs an SSH key') });
  },
);

test('a parameter that is not encrypted is told, and is no problem: jobs can read it', async () => {
  withDefaultVersion({ app_url: `${origin}/app.git`, 'app_secrets.TOKEN': 'ssm:/token', app_credentials: 'ssm:/git' });
  account.answers.DescribeParameters = ({
    ParameterFilters: [filter],
  }: {
    ParameterFilters: { Values: string[] }[];
  }) => {
    const [Name] = filter?.Values ?? [];
    return { Parameters: [{ Name, Type: Name === '/token' ? 'String' : 'SecureString' }] };
  };
  const { code, checks } = await diagnosis();
  expect(checks.secrets).toEqual({
    state: 'ok',
    found:
      'app_credentials: ssm:/git is there; app_secrets.TOKEN: ssm:/token is there, but not encrypted: a String, where a SecureString would be',
    fix: null,
  });
  expect(code).toBe(0);
  account.answers.DescribeParameters = () => ({ Parameters: [] });
  expect((await diagnosis()).checks.secrets).toMatchObject({
    state: 'problem',
    found: 'app_credentials: ssm:/git does not exist; app_secrets.TOKEN: ssm:/token does not exist',
  });
});

test('a repository that does not answer is unknown, with credentials too', async () => {
  withDefaultVersion({ app_url: 'http://127.0.0.1:1/app.git', app_credentials: 'ssm:/git' });
  const { code, checks } = await diagnosis();
  expect([code, checks.repository?.state]).toEqual([3, 'unknown']);
  expect(checks.repository?.found).toMatch(/does not answer: .*Failed to connect/);
});

test('what stands on the second page of an answer is found', async () => {
  withDefaultVersion({ app_url: `${origin}/app.git`, app_credentials: 'ssm:/git' });
  for (const operation of ['DescribeParameters', 'DescribeInstanceTypes', 'DescribeImages']) {
    const last = account.answers[operation] as () => object;
    account.answers[operation] = ({ NextToken }: { NextToken?: string }) => (NextToken ? last() : { NextToken: 'two' });
  }
  const { code, checks } = await diagnosis();
  expect(Object.values(checks).filter(({ state }) => state === 'problem')).toEqual([]);
  expect(code).toBe(0);
});

test('a look at the bucket that is denied hides nothing that the others find', async () => {
  account.answers.GetBucketPolicy = refuse;
  const denied = await diagnosis();
  expect([denied.code, denied.checks.bucket?.state]).toEqual([3, 'unknown']);
  expect(denied.checks.bucket?.found).toMatch(/^jobs-bucket: its policy is not known: AWS does not allow it/);
  account.answers.GetBucketVersioning = () => ({});
  const both = await diagnosis();
  expect([both.code, both.checks.bucket?.state]).toEqual([1, 'problem']);
  expect(both.checks.bucket?.found).toMatch(/its versioning is off.*; its policy is not known/);
});

const KMS = 'arn:aws:kms:eu-west-1:123456789012';
test.each([
  ['the key of the stack', `${KMS}:key/1`, 'ok'],
  ['its id', '1', 'ok'],
  ['an alias, which may be that of the key', `${KMS}:alias/ours`, 'ok'],
  ['another key', `${KMS}:key/2`, 'problem'],
])('a bucket that encrypts with %s', async (_, KMSMasterKeyID, state) => {
  withDefaultVersion(
    { app_url: `${origin}/app.git` },
    { BlockDeviceMappings: [{ Ebs: { KmsKeyId: `${KMS}:key/1` } }] },
  );
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID };
  account.answers.GetBucketEncryption = () => ({
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
  });
  const { checks } = await diagnosis();
  expect(checks.bucket?.state).toBe(state);
});

const SSE = 's3:x-amz-server-side-encryption';
test.each<[string, object, Record<string, string>, string | undefined]>([
  ['AES256', { StringNotEquals: { [SSE]: 'AES256' } }, {}, 'bucket_encryption: AES256'],
  ['AES256, which is sent', { StringNotEquals: { [SSE]: 'AES256' } }, { bucket_encryption: 'AES256' }, undefined],
  ['aws:kms', { StringNotEquals: { [SSE]: 'aws:kms' } }, { bucket_encryption: 'AES256' }, 'bucket_encryption: aws:kms'],
  [
    'a key',
    { StringNotEquals: { [`${SSE}-aws-kms-key-id`]: `${KMS}:key/1` } },
    { bucket_encryption: 'aws:kms' },
    `bucket_encryption: ${KMS}:key/1`,
  ],
  ['no header', { Null: { [SSE]: 'false' } }, { bucket_encryption: 'AES256' }, "bucket_encryption: ''"],
  [
    'what no setting gives',
    { StringNotEquals: { 's3:x-amz-storage-class': 'GLACIER' } },
    {},
    'change the bucket policy',
  ],
])('a bucket policy that demands %s', async (_, Condition, tags, fix) => {
  withDefaultVersion({ app_url: `${origin}/app.git`, ...tags });
  const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*', Condition };
  account.answers.GetBucketPolicy = () => ({ Policy: JSON.stringify({ Statement }) });
  const { checks } = await diagnosis();
  expect(checks.bucket?.state).toBe(fix ? 'problem' : 'ok');
  if (fix) expect(checks.bucket?.fix).toMatch(new RegExp(`^${fix}`));
});

test("Object Lock is said, and Requester Pays of another account's bucket is a problem until it is set", async () => {
  account.answers.GetObjectLockConfiguration = () => ({
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 7 } } },
  });
  account.answers.GetBucketRequestPayment = () => ({ Payer: 'Requester' });
  const own = await diagnosis();
  expect([own.checks.bucket?.state, own.checks.bucket?.found]).toEqual([
    'ok',
    expect.stringContaining('Object Lock (COMPLIANCE) keeps each version of each log for 7 days'),
  ]);
  const isThere = account.answers.HeadBucket as () => object;
  account.answers.HeadBucket = ({ ExpectedBucketOwner }: { ExpectedBucketOwner?: string }) =>
    ExpectedBucketOwner ? refuse() : isThere();
  const others = await diagnosis();
  expect(others.checks.bucket).toMatchObject({
    state: 'problem',
    fix: 'bucket_request_payer: true in settings.yaml; npx cdk deploy',
  });
  withDefaultVersion({ app_url: `${origin}/app.git`, bucket_request_payer: 'true' });
  expect((await diagnosis()).checks.bucket?.state).toBe('ok');
});

describe('a key of the customer', () => {
  const spot = { InstanceMarketOptions: { MarketType: 'spot' as const } };
  beforeEach(() => {
    const volumes = { BlockDeviceMappings: [{ Ebs: { KmsKeyId: `${KMS}:key/1` } }] };
    withDefaultVersion({ app_url: `${origin}/app.git` }, { ...volumes, ...spot });
    account.answers.GetKeyPolicy = () => ({
      Policy: '{"Principal": {"AWS": ["arn:aws:iam::123456789012:root", "arn:x/AWSServiceRoleForEC2Spot"]}}',
    });
  });

  test('that is enabled and names the roles of the services is in order', async () => {
    expect((await diagnosis()).checks['KMS key']).toMatchObject({ state: 'ok' });
  });

  test('needs those roles to be there', async () => {
    account.answers.GetRole = none('NoSuchEntity');
    expect((await diagnosis()).checks['KMS key']).toMatchObject({
      state: 'problem',
      found: 'the account has no role AWSServiceRoleForImageBuilder, which the key policy must name',
      fix: expect.stringMatching(/^aws iam create-service-linked-role --aws-service-name imagebuilder.amazonaws.com;/),
    });
  });

  test('needs to name them', async () => {
    account.answers.GetKeyPolicy = () => ({ Policy: '{"Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}}' });
    expect((await diagnosis()).checks['KMS key']).toMatchObject({
      state: 'problem',
      found: `the policy of the key ${KMS}:key/1 does not name AWSServiceRoleForEC2Spot`,
    });
  });

  test('needs to be enabled', async () => {
    account.answers.DescribeKey = () => ({ KeyMetadata: { KeyId: '1', KeyState: 'PendingDeletion' } });
    expect((await diagnosis()).checks['KMS key']).toMatchObject({
      state: 'problem',
      found: `the key ${KMS}:key/1 is PendingDeletion`,
    });
  });
});

test('an account with its own default key for volumes is healthy, with a hint at what only a job shows', async () => {
  account.answers.GetEbsDefaultKmsKeyId = () => ({ KmsKeyId: `${KMS}:key/1` });
  const { code, checks } = await diagnosis();
  expect([code, checks.account]).toEqual([
    0,
    expect.objectContaining({ state: 'skipped', fix: expect.stringContaining('lambda-ec2 verify') }),
  ]);
});

test('a default version that settings use would refuse is a problem', async () => {
  withDefaultVersion({ app_url: `${origin}/app.git`, ec2_timeout: 'soon' });
  const { checks } = await diagnosis('--stack', 'jobs');
  expect(checks['default version']).toMatchObject({
    state: 'problem',
    found: expect.stringMatching(/^no job could run from version 4: ec2_timeout: /),
    fix: 'lambda-ec2 settings set NAME=VALUE --stack jobs, or lambda-ec2 rollback --stack jobs',
  });
});

test('what is to be typed names the same system, and the job as a shell takes it', async () => {
  const run = { bucket: 'jobs-bucket', key: inputKey("ann's job"), versionId: 'v', sequencer: '0A', attempt: 1 };
  const tags = [...oldInstance.Tags, ...Object.entries(jobLineTags(run)).map(([Key, Value]) => ({ Key, Value }))];
  account.answers.DescribeInstances = () => ({ Reservations: [{ Instances: [{ ...oldInstance, Tags: tags }] }] });
  account.answers.GetQueueAttributes = () => ({ Attributes: { ApproximateNumberOfMessages: '1' } });
  const { checks } = await diagnosis('--stack', 'jobs', '--region', 'eu-west-1');
  expect(checks.deadlines?.fix).toBe(`lambda-ec2 stop 'ann'\\''s job' --stack jobs --region eu-west-1`);
  expect(checks['dead letters']?.fix).toContain('lambda-ec2 list --missing --stack jobs --region eu-west-1');
});

test('a settings.yaml that differs from what was deployed is told', async () => {
  const cwd = mkdtempSync(path.join(dir, 'clone-'));
  writeFileSync(path.join(cwd, 'settings.yaml'), `name: jobs\napp_url: ${origin}/app.git\n`);
  const { code, stdout } = await lambdaEc2(['doctor'], { env: account.environment, cwd });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^problem +working tree +settings.yaml differ.* -> npx cdk diff/m);
});

test('a job that the index does not have is a problem that --fix puts right', async () => {
  const status = { job_id: 'may', state: 'SUCCEEDED', message: 'done', attempt: 1, ended: '2026-05-01T00:00:00.000Z' };
  account.answers.ListObjectsV2 = ({ Prefix }: { Prefix: string }) => ({
    Contents: Prefix === OUTPUT_PREFIX ? [{ Key: outputKeys('may').status }] : [],
  });
  account.answers.GetObject = () => ({ Body: Readable.from(JSON.stringify(status)) });
  const { code, checks } = await diagnosis();
  expect([code, checks.index]).toEqual([
    1,
    expect.objectContaining({ state: 'problem', fix: 'lambda-ec2 doctor --fix' }),
  ]);
  Object.assign(account.answers, { PutObject: () => ({}) });
  const { stderr } = await doctor(['--fix']);
  expect(stderr).toBe(
    'reading the status of every job: minutes, where there are many\n' +
      'the index of jobs is complete: 1 statuses read, 1 entries put right\n',
  );
});

test('--fix switches the pipeline on with all that it had, and asks first', async () => {
  const before = { arn: 'arn:aws:imagebuilder:eu-west-1:123456789012:image-pipeline/jobs', description: 'nightly' };
  let status = 'DISABLED';
  const sent: object[] = [];
  account.answers.GetImagePipeline = () => ({
    imagePipeline: { ...before, infrastructureConfigurationArn: 'i', status },
  });
  account.answers.UpdateImagePipeline = (input: { status: string }) => {
    sent.push(input);
    status = input.status;
    return {};
  };
  const asked = await doctor(['--fix']);
  expect([asked.code, sent]).toEqual([2, []]);
  expect(asked.stderr).toMatch(/no terminal.*-y/);
  const { code, stdout, stderr } = await doctor(['--fix', '-y']);
  expect(stderr).toBe('the image pipeline is switched on\n');
  expect(sent).toEqual([
    expect.objectContaining({ description: 'nightly', status: 'ENABLED', imagePipelineArn: before.arn }),
  ]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok +pipeline/m)]);
});

const missing = () => {
  throw new ServiceError('ResourceNotFoundException', 'none', 400);
};

const rolledBack =
  (before: (input: object) => { Stacks: object[] }, StackStatus = 'UPDATE_ROLLBACK_COMPLETE') =>
  (input: object) => ({ Stacks: before(input).Stacks.map((stack) => ({ ...stack, StackStatus })) });

const oldInstance = {
  InstanceId: 'i-0123456789abcdef0',
  State: { Name: 'running' },
  LaunchTime: new Date('2026-01-01T00:00:00Z'),
  Tags: [
    { Key: 'lambda-ec2:stack', Value: 'jobs' },
    { Key: 'lambda-ec2:job-token', Value: 't' },
    { Key: 'aws:ec2launchtemplate:id', Value: 'lt-0123456789abcdef0' },
  ],
};
