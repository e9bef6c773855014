import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { ListedVersion } from '../../../cli/json/settings-history';
import { authorOf, shortName } from '../../../cli/settings/author';
import { formatHistory } from '../../../cli/settings/history';
import { formatVersion } from '../../../cli/settings/show';
import type { SettingsVersion } from '../../../cli/settings/versions';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const listed = (version: number, more: Partial<ListedVersion> = {}): ListedVersion => ({
  version,
  is_default: false,
  created: '2026-11-25T12:00:00.000Z',
  writer: 'operator',
  author: 'alice@example.com',
  created_by: '',
  note: '',
  image_id: 'ami-0123456789abcdef0',
  compared_with: version - 1,
  changes: [],
  ...more,
});
const change = (name: string, value: string) => ({ name, old: '', new: value });
const VERSIONS = [
  listed(12, {
    is_default: true,
    note: 'four hours for June',
    changes: [change('ec2_timeout', '4h'), change('app_ref', 'a-branch-with-a-very-long-name')],
  }),
  listed(11, {
    writer: 'publish',
    author: 'publish',
    note: 'bake: settings of version 9',
    changes: [change('image', 'i')],
  }),
  listed(10, { writer: 'bake', author: 'Image Builder' }),
  listed(9, { writer: 'deploy', author: 'cdk deploy', image_id: null }),
  listed(8, { note: 'override: ec2_timeout=2h', changes: [change('ec2_timeout', '2h')] }),
];

test('a history in a pipe is whole', () => {
  expect(stripVTControlCharacters(formatHistory(VERSIONS, NOW))).toBe(
    [
      'VERSION  AGE  BY                 IMAGE       CHANGED',
      '12 *     1d   alice@example.com  ami…bcdef0  four hours for June: ec2_timeout=4h app_ref=a-branch-with-a-very-long-name',
      '11       1d   publish            ami…bcdef0  bake: image',
      '10       1d   Image Builder      ami…bcdef0',
      '9        1d   cdk deploy         -',
      '8        1d   alice@example.com  ami…bcdef0  ec2_timeout=2h',
      '',
    ].join('\n'),
  );
});

test.each([40, 60, 80, 120])('no line is longer than %d columns, and the default stays visible', (width) => {
  const lines = stripVTControlCharacters(formatHistory(VERSIONS, NOW, width))
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(6);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  expect(lines[1]).toMatch(/^12 \* .* {2}four hou/);
});

test.each([
  ['arn:aws:iam::123456789012:user/team/alice', 'alice'],
  ['arn:aws:iam::123456789012:root', 'root'],
  ['arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0/alice@example.com', 'alice@example.com'],
  ['arn:aws:sts::123456789012:assumed-role/deployer/botocore-session-1700000000', 'deployer'],
  ['arn:aws:sts::123456789012:assumed-role/ci/i-0123456789abcdef0', 'ci'],
  ['', ''],
])('%s is called "%s"', (arn, name) => {
  expect(shortName(arn)).toBe(name);
});

const version = (more: Partial<SettingsVersion>): SettingsVersion => ({
  number: 5,
  description: '',
  data: { ImageId: 'ami-1' },
  created: '',
  createdBy: 'arn:aws:iam::1:user/alice',
  ...more,
});

test.each([
  ['CloudFormation', version({ data: {} }), 'deploy'],
  ['publish', version({ description: 'bake: settings of version 4 with image ami-1' }), 'publish'],
  [
    'Image Builder',
    version({
      createdBy: 'arn:aws:sts::1:assumed-role/AWSServiceRoleForImageBuilder/Ec2ImageBuilderIntegrationService',
    }),
    'bake',
  ],
  ['a person', version({ description: 'override: ec2_timeout=4h' }), 'operator'],
  ['a person who says nothing', version({}), 'operator'],
])('what %s wrote is recognised', (_, one, writer) => {
  expect(authorOf({ images: new Map() }, one).writer).toBe(writer);
});

test('a version on a narrow terminal has each value whole, on a line of its own', () => {
  const shown = {
    ...(VERSIONS[0] as ListedVersion),
    problems: [],
    image: null,
    settings: [
      { name: 'app_url', value: 'https://example.com/a-long/address.git', is_default: false, is_setting: true },
    ],
    file_differences: null,
  };
  expect(formatVersion(shown, NOW)).toMatch(/^app_url +https:\/\/example\.com\/a-long\/address\.git$/m);
  expect(formatVersion(shown, NOW, 40)).toMatch(/^app_url:\n {2}https:\/\/example\.com\/a-long\/address\.git$/m);
});

test('a version that changed nothing shows its note', () => {
  const row = (note: string) => formatHistory([listed(7, { note })], NOW).split('\n')[1];
  expect(row('override: app_main=main.py')).toMatch(/bcdef0 {2}override: app_main=main\.py$/);
  expect(row('for June')).toMatch(/bcdef0 {2}for June$/);
});
