import path from 'node:path';
import { APP_SETTING_NAMES, appSetting, isAppSetting } from '../../contract/app-settings';
import { SETTING_NAMES, settingsTags } from '../../contract/settings';
import { loadSettings, parseSettings } from '../../contract/settings-load';
import { tagProblems } from '../../contract/tags';
import { problemsOf } from './settings-problems';

const URL_LINE = 'app_url: https://example.com/app.git\n';

test('the settings.yaml of the repository is valid, shows every setting, and its values are the defaults', () => {
  const file = path.join(__dirname, '../../settings.yaml');
  const shown = loadSettings(file);
  expect(Object.keys(shown).sort()).toEqual([...SETTING_NAMES].sort());
  expect(parseSettings(`app_url: ${shown.app_url}\n`)).toEqual(shown);
});

test('app settings become tags under their own names; empty ones are left out', () => {
  const tags = settingsTags(parseSettings(URL_LINE));
  expect(tags).toEqual({
    ...Object.fromEntries(
      APP_SETTING_NAMES.map((name) => [name, appSetting(name).default]).filter(([, value]) => value),
    ),
    app_url: 'https://example.com/app.git',
  });
  expect(Object.keys(tags).every(isAppSetting)).toBe(true);
  expect(tagProblems(tags)).toEqual([]);
});

test('all problems come at once, each with its path, the wrong value and what is allowed', () => {
  const problems = problemsOf(`
app_url: nonsense
ec2_timeout: 60
volume_size_gib: 2
launch_wait: 14d
instance_types: [m7i.large, c7g.large]
subnets: [subnet-12345678]
app_man: x
`);
  expect(problems).toEqual([
    { path: 'app_url', value: '"nonsense"', allowed: expect.stringContaining('https://host/repo.git') },
    { path: 'ec2_timeout', value: '60', allowed: expect.stringContaining('60s, 15m, 8h') },
    { path: 'volume_size_gib', value: '2', allowed: 'use a whole number from 8 to 16384 GiB' },
    { path: 'launch_wait', value: '"14d"', allowed: expect.stringContaining('from 60s to 13d') },
    { path: 'app_man', value: '', allowed: 'there is no such setting: did you mean app_main?' },
    { path: 'instance_types.1', value: '"c7g.large"', allowed: expect.stringContaining('it is arm64') },
    { path: 'vpc_id', value: '""', allowed: 'name the VPC of the subnets' },
  ]);
});

test('the error names the file and has one line for each problem', () => {
  expect(() => parseSettings('spot: 3\n', 'my.yaml')).toThrow(
    /^my\.yaml has 2 problems:\n {2}app_url: nothing: it is required: .*\n {2}spot: 3: use true or false$/,
  );
});

test('an unquoted Python version is what was written, not the number YAML reads', () => {
  expect(parseSettings(`${URL_LINE}python_version: 3.10\napp_ref: 1234567\n`)).toMatchObject({
    python_version: '3.10',
    app_ref: '1234567',
  });
});

test('an empty setting has its default', () => {
  expect(parseSettings(`${URL_LINE}app_main:\nsubnets:\n`)).toMatchObject({ app_main: 'main.py', subnets: [] });
});

test('the packages of the image are named once each, in one order', () => {
  const { system_packages } = parseSettings(
    `${URL_LINE}system_packages: [poppler-utils, libgomp, ImageMagick, libgomp]\n`,
  );
  expect(system_packages).toEqual(['ImageMagick', 'libgomp', 'poppler-utils']);
});

test.each([
  '--nogpgcheck',
  '-y',
  '@development',
  '/usr/bin/pdftotext',
  './x.rpm',
  'x.rpm',
  'https://example.com/x.rpm',
  'lib*',
  'a b',
  'libgomp >= 11',
  '$(id)',
  'a;b',
  "'",
  '',
])('%p is no name of a package of the distribution', (name) => {
  const [problem, ...others] = problemsOf(`${URL_LINE}system_packages: [git, ${JSON.stringify(name)}]\n`);
  expect(others).toEqual([]);
  expect(problem?.path).toBe('system_packages.1');
  expect(problem?.allowed).toMatch(/^use names of packages as dnf has them, such as poppler-utils/);
});

test.each(['libgomp', 'libgomp-11.4.1', 'gcc-c++', 'python3.11-devel.x86_64', 'SDL2_image', '7zip'])(
  '%p is one',
  (name) => {
    expect(parseSettings(`${URL_LINE}system_packages: [${name}]\n`).system_packages).toEqual([name]);
  },
);

test('text that is no YAML mapping is refused in words', () => {
  expect(problemsOf('app_url: [')[0]?.allowed).toMatch(/at line 1/);
  expect(problemsOf('- x')[0]?.allowed).toMatch(/name: value/);
  expect(problemsOf('spot: true\nspot: false\n')[0]?.allowed).toMatch(/unique/);
});

test('a secret in a refused URL is never printed', () => {
  for (const url of [
    'https://bob:hunter2@example.com/x.git',
    'https://hunter2@example.com/x',
    'ssh://git:hunter2@h/x',
  ]) {
    const [problem] = problemsOf(`app_url: ${url}\n`);
    expect(problem?.allowed).toContain('app_credentials');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  }
});

test.each([
  ['app_in_zip: main.py', 'app_in_zip'],
  ['vpc_id: vpc-12345678', 'subnets'],
  ['app_policies: [ReadOnlyAccess]', 'app_policies'],
  ['app_statements: [{Effect: Deny, Action: x, Resource: y}]', 'app_statements.0'],
  ['volume_initialization_rate: 50', 'volume_initialization_rate'],
  ['name: My-Stack', 'name'],
  ['attempts: 6', 'attempts'],
  ['launch_wait: 59s', 'launch_wait'],
  ['launch_wait: 14d', 'launch_wait'],
  ['bake_schedule: daily', 'bake_schedule'],
  ['system_packages: libgomp', 'system_packages'],
  [`system_packages: [${Array.from({ length: 20 }, (_, at) => `libsomething-${at}`)}]`, 'system_packages'],
])('%s alone is reported at %s', (line, where) => {
  expect(problemsOf(`${URL_LINE}${line}\n`).map((problem) => problem.path)).toEqual([where]);
});

test.each([
  ["{'Cost Center': x}", 'tags.Cost Center', /metadata can show/],
  ["{'a/b': x}", 'tags.a/b', /metadata can show/],
  ["{'a,b': x}", 'tags.a,b', /letters, digits/],
  ["{'a@b': x}", 'tags.a@b', /letters, digits/],
  ["{'': x}", 'tags.', /1 to 127/],
  ['{aws:team: x}', 'tags.aws:team', /use another key/],
  ['{AWS:team: x}', 'tags.AWS:team', /use another key/],
  ['{lambda-ec2:stack: x}', 'tags.lambda-ec2:stack', /use another key/],
  ['{Name: x}', 'tags.Name', /use another key/],
  ['{CreatedBy: me}', 'tags.CreatedBy', /use another key/],
  ['{Ec2ImageBuilderArn: x}', 'tags.Ec2ImageBuilderArn', /use another key/],
  ['{app_url: x}', 'tags.app_url', /use another key/],
  ["{price_per_hour: '1'}", 'tags.price_per_hour', /use another key/],
  ['{bucket_encryption: AES256}', 'tags.bucket_encryption', /use another key/],
  ["{Bucket_Request_Payer: 'true'}", 'tags.Bucket_Request_Payer', /use another key/],
  ['{app_env.LEVEL: x}', 'tags.app_env.LEVEL', /use another key/],
  ['{APP_SECRETS.A: x}', 'tags.APP_SECRETS.A', /use another key/],
  ['{_index: x}', 'tags._index', /use another key/],
  ["{CostCenter: ''}", 'tags.CostCenter', /1 to 256/],
  [`{CostCenter: ${'x'.repeat(257)}}`, 'tags.CostCenter', /1 to 256/],
  ["{CostCenter: 'a, b'}", 'tags.CostCenter', /every service takes/],
  ["{CostCenter: ' a'}", 'tags.CostCenter', /every service takes/],
  ['{CostCenter: "a\\tb"}', 'tags.CostCenter', /every service takes/],
  ['{CostCenter: 42}', 'tags.CostCenter', /a number in quotes/],
  ['{Team: a, team: b}', 'tags.team', /case/],
  ['[CostCenter]', 'tags', /use at most \d+ tags/],
  [`{${Array.from({ length: 40 }, (_, index) => `k${index}: v`).join(', ')}}`, 'tags', /an instance has 50/],
])('tags: %s is refused at %s', (value, where, allowed) => {
  const problems = problemsOf(`${URL_LINE}tags: ${value}\n`);
  expect(problems.map((problem) => problem.path)).toEqual([where]);
  expect(problems[0]?.allowed).toMatch(allowed);
});

test('tags are text by key, in the order of their keys', () => {
  const tags = "{Team: 'data & x'}".replace(' & x', ' é/+=@:x.y-z_1');
  const read = parseSettings(`${URL_LINE}tags: ${tags.replace('}', ", CostCenter: '0042', cost.center: a}")}\n`).tags;
  expect(Object.entries(read)).toEqual([
    ['CostCenter', '0042'],
    ['Team', 'data é/+=@:x.y-z_1'],
    ['cost.center', 'a'],
  ]);
});

test.each([
  [
    'role_path',
    ['teams/data', '/teams/data', 'teams/', '//', '/a b/', `/${'x'.repeat(512)}/`],
    ['', '/a/', '/teams/data/'],
  ],
  ['role_name_prefix', ['a b', 'a/b', 'x'.repeat(33)], ['', 'team-', 'Team_1.']],
  [
    'permissions_boundary',
    ['a b', 'arn:aws:iam::1:policy/x', 'arn:aws:iam::111122223333:role/x'],
    ['', 'Boundary', 'teams/Boundary', 'arn:aws:iam::111122223333:policy/b', 'arn:aws:iam::aws:policy/PowerUserAccess'],
  ],
])('%s', (name, refused, allowed) => {
  const where = (value: string) => problemsOf(`${URL_LINE}${name}: '${value}'\n`).map((problem) => problem.path);
  expect(refused.map(where)).toEqual(refused.map(() => [name]));
  expect(allowed.map(where)).toEqual(allowed.map(() => []));
});

describe('what the owner of a bucket demands', () => {
  const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
  const OTHER = 'arn:aws:kms:eu-west-1:111122223333:key/5678efab';
  const demanded = (yaml: string) => {
    const settings = parseSettings(`${URL_LINE}${yaml}`);
    const { bucket_encryption = '', bucket_request_payer = '' } = settingsTags(settings);
    return [bucket_encryption, bucket_request_payer];
  };

  test.each([
    ['', '', ''],
    [`kms_key_arn: ${KEY}`, '', ''],
    ['bucket: theirs', '', ''],
    [`bucket: theirs\nkms_key_arn: ${KEY}`, KEY, ''],
    [`bucket: theirs\nkms_key_arn: ${KEY}\nbucket_encryption: AES256`, 'AES256', ''],
    [`bucket: theirs\nkms_key_arn: ${KEY}\nbucket_encryption: aws:kms`, KEY, ''],
    [`bucket: theirs\nkms_key_arn: ${KEY}\nbucket_encryption: ${OTHER}`, OTHER, ''],
    ['bucket: theirs\nbucket_encryption: aws:kms\nbucket_request_payer: true', 'aws:kms', 'true'],
    ['bucket_encryption: AES256', 'AES256', ''],
  ])('%j', (yaml, encryption, payer) => {
    expect(demanded(yaml)).toEqual([encryption, payer]);
  });

  test('that does not go together is refused', () => {
    expect(problemsOf(`${URL_LINE}bucket_encryption: aws:kms:dsse\n`)).toMatchObject([
      { allowed: 'use AES256, aws:kms or the ARN of a KMS key, or nothing' },
    ]);
    expect(problemsOf(`${URL_LINE}bucket_encryption: ${KEY}\nbucket_request_payer: true\n`)).toMatchObject([
      { path: 'bucket_encryption', allowed: expect.stringContaining('kms_key_arn') },
      { path: 'bucket_request_payer', allowed: expect.stringContaining('bucket') },
    ]);
  });
});
