import type { Settings } from '../../contract/settings';
import { conflicts } from '../../contract/settings-consistency';
import { parseSettings } from '../../contract/settings-load';

const DEFAULTS = parseSettings('app_url: https://example.com/app.git\n');

/** What is said of these settings, as `path: what is allowed`; `wrong` are those already found wrong. */
const said = (settings: Partial<Settings>, ...wrong: string[]) =>
  conflicts({ ...DEFAULTS, ...settings }, new Set(wrong)).map(({ path, allowed }) => `${path.join('.')}: ${allowed}`);

const subnets = (count: number) => Array.from({ length: count }, (_, at) => `subnet-${String(at).padStart(8, '0')}`);
const types = (count: number) => Array.from({ length: count }, (_, at) => `m${at + 1}i.large`);
const schedule = (name: string) => ({ name, cron: 'cron(0 3 * * ? *)', time_zone: 'UTC', input: 'daily.zip' });

const ARM = { instance_types: ['m7i.large', 'c7g.large'] };
const MANY = { instance_types: types(3), subnets: subnets(14), vpc_id: 'vpc-12345678' };
const FILES = { app_log: 'main.py' };
const NAMES = { app_env: { A: '1', B: '2' }, app_secrets: { A: 'a' } };
const TWICE = { schedules: [schedule('daily'), schedule('weekly'), schedule('Daily')] };
const NO_VPC = { subnets: subnets(1) };
const ZONES = { subnets: subnets(1), vpc_id: 'vpc-12345678', availability_zones: ['eu-west-1a'] };
const NO_SUBNETS = { vpc_id: 'vpc-12345678' };
const KEY = { bucket_encryption: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd' };
const PAYER = { bucket_request_payer: true };
const POLICIES = { app_policies: ['ReadOnlyAccess'] };
const STATEMENTS = { app_statements: [{ Action: 's3:GetObject', Resource: '*' }] };

test('the defaults go together', () => {
  expect(said({})).toEqual([]);
});

test.each<[Partial<Settings>, string, string[]]>([
  [
    ARM,
    'instance_types.1: it is arm64 and architecture says x86_64: make them agree',
    ['instance_types', 'architecture'],
  ],
  [
    MANY,
    'subnets: with 3 instance types that makes 42 places to look for room: keep it to 40',
    ['instance_types', 'subnets'],
  ],
  [FILES, 'app_log: app_main is the same file: give them different names', ['app_log', 'app_main']],
  [NAMES, 'app_secrets.A: app_env has A too: leave one of them out', ['app_env', 'app_secrets']],
  [TWICE, 'schedules.2: give each schedule a name of its own', ['schedules']],
  [NO_VPC, 'vpc_id: name the VPC of the subnets', ['subnets', 'vpc_id']],
  [ZONES, 'availability_zones: leave it empty: the subnets say where instances of vpc_id are', ['subnets', 'vpc_id']],
  [NO_SUBNETS, 'subnets: name at least one subnet of vpc-12345678', ['subnets', 'vpc_id']],
  [
    KEY,
    "bucket_encryption: name that key in kms_key_arn: it encrypts the stack's own bucket",
    ['bucket', 'bucket_encryption'],
  ],
  [
    PAYER,
    "bucket_request_payer: name another account's bucket in bucket, or set it to false",
    ['bucket', 'bucket_request_payer'],
  ],
  [
    POLICIES,
    'app_policies: set app_aws_access to true: without it the app cannot use the role they belong to',
    ['app_policies', 'app_aws_access'],
  ],
  [
    STATEMENTS,
    'app_statements: set app_aws_access to true: without it the app cannot use the role they belong to',
    ['app_statements', 'app_aws_access'],
  ],
])('%j is told once, and not when one of the two is wrong by itself', (settings, sentence, pair) => {
  expect(said(settings)).toEqual([sentence]);
  for (const name of pair) expect(said(settings, name)).toEqual([]);
  expect(said(settings, 'spot')).toEqual([sentence]);
});

test('what goes together is not told of', () => {
  expect(said({ instance_types: ['c7g.large'], architecture: 'arm64' })).toEqual([]);
  expect(said({ instance_types: types(4), subnets: subnets(10), vpc_id: 'vpc-12345678' })).toEqual([]);
  expect(said({ app_env: { A: '' }, app_secrets: { A: 'a', B: 'b' } })).toEqual([]);
  expect(said({ ...KEY, bucket: 'theirs' })).toEqual([]);
  expect(said({ bucket_encryption: 'AES256' })).toEqual([]);
  expect(said({ ...PAYER, bucket: 'theirs' })).toEqual([]);
  expect(said({ ...POLICIES, ...STATEMENTS, app_aws_access: true })).toEqual([]);
  expect(said({ availability_zones: ['eu-west-1a'] })).toEqual([]);
});

test('the packages of the image fit a tag together, with a space between each two', () => {
  expect(said({ system_packages: ['x'.repeat(127), 'y'.repeat(128)] })).toEqual([]);
  expect(said({ system_packages: ['x'.repeat(128), 'y'.repeat(128)] })).toEqual([
    'system_packages: at most 256 characters together, because they travel as a tag: leave out what others bring along',
  ]);
});
