import { APP_RULES } from '../../contract/app-rules';
import type { AppSettingName } from '../../contract/tags';
import { inRunnerShell } from './shell';

// The runner refuses what settings.yaml may not hold, and nothing else: a version of the launch template that somebody
// wrote by hand is checked on the instance alone.

const PATHS = [
  'main.py',
  'src/main.py',
  'a b.zip',
  '..hidden',
  '.env',
  'a.git/x',
  '.github/x',
  'x~',
  "it's",
  'ünï/日本',
];
const NO_PATHS = [
  '',
  '/etc/passwd',
  '..',
  '../x',
  'a/..',
  'a/../../x',
  '~/x',
  '~',
  '.',
  './x',
  'a/./b',
  'a//b',
  'dir/',
  '-x',
];
const VALUES: [AppSettingName, string, string[]][] = [
  [
    'app_url',
    'url',
    [
      ...[
        'https://example.com/team/app.git',
        'http://127.0.0.1:8080/app',
        'https://example.com',
        'https://h/@scope/app',
      ],
      ...['ssh://git@example.com:22/app.git', 'ssh://example.com/app', 'git@github.com:team/app.git', 'a.b@h:x'],
      ...['git@github.com:/srv/app.git', 'file:///home/me/app', 'file:///a%20b'],
      ...[
        '',
        'example.com/app',
        '/home/me/app',
        'ext::sh -c id',
        'ftp://example.com/app',
        '--upload-pack=x',
        'https://',
      ],
      ...['https://example.com/a b', 'https://example.com/app?ref=x', 'https://example.com/app#main', 'https:///app'],
      ...[
        'ssh://-oProxyCommand=x/app',
        'ssh://git@-x/app',
        '-x@host:app',
        'git@host:',
        'git@host://x',
        'git@host:a:b',
        'a\tb',
      ],
      ...['https://user:secret@example.com/app', 'https://secret@example.com/app', 'ssh://git:secret@example.com/app'],
      ...['ftp://user:secret@example.com/app', 'user:secret@example.com/app', 'HTTPS://example.com/app', 'file://'],
    ],
  ],
  [
    'app_ref',
    'ref',
    [
      ...['HEAD', 'main', 'v1.2.3', 'feature/x', 'a'.repeat(40), '1234567', 'release-1.0', 'x@y', 'ünï', '{x}', 'x]'],
      ...[
        '',
        '-x',
        'a b',
        'a..b',
        'a:b',
        'x.lock',
        'a~1',
        '@{u}',
        '/x',
        'x/',
        '.x',
        'x.',
        'a//b',
        '^HEAD',
        'a?',
        'a*',
        'a[1',
      ],
      ...['a\\b', 'a\tb'],
    ],
  ],
  ['app_main', 'path', [...PATHS, ...NO_PATHS, '.git', '.git/config', 'a\nb', 'a\tb']],
  [
    'app_credentials',
    'credentials',
    [
      ...['', 'my-secret', 'team/git', 'ssm:/team/token', 'ssm:token', '/x', 'a@b'],
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:git-a1b2c3',
      ...['ssm:', 'ssm:/', 'arn:aws:s3:::x', 'two words', '-x', 'user:password', 'a\nb', '{"a":1}'],
    ],
  ],
  ['ec2_timeout', 'timeout', ['60s', '15m', '8h', '7d', '168h', '8d', '604801s', '', '0s', '5 minutes', '1h30m', 'x']],
  [
    'python_version',
    'python_version',
    ['3.6', '3.6.15', '3.14', '3.09', '2.7', '3.5', '3', '4.0', '3.6rc1', '', '3.100'],
  ],
];

test.each(VALUES)('%s means the same on both sides', (name, rule, values) => {
  const secret = name === 'app_url' ? ' && ! settings::holds_secret "$value"' : '';
  const script = `for value in "$@"; do if settings::is_${rule} "$value"${secret}; then echo yes; else echo no; fi; done`;
  const verdicts = inRunnerShell(['contract', 'clock', 'settings'], script, values).trim().split('\n');
  const pairs = (said: string[]) => values.map((value, index) => `${JSON.stringify(value)} ${said[index]}`);
  expect(pairs(verdicts)).toEqual(pairs(values.map((value) => (APP_RULES[name](value) === undefined ? 'yes' : 'no'))));
});
