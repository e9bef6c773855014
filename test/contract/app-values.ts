import type { SettingKind } from '../../contract/app-rules';

/**
 * Values that an app setting of each kind may have, and may not: for the rules in TypeScript and for those of the
 * runner.
 */
export const APP_VALUES: Readonly<Record<SettingKind, { allowed: string[]; refused: string[] }>> = {
  text: {
    allowed: ['', '--verbose "two words"', '-x', 'ünï', 'x'.repeat(256)],
    refused: ['a\nb', 'x'.repeat(257), '🚀'.repeat(129)],
  },
  url: {
    allowed: [
      ...['https://h:65535/app', 'https://h/a:b@c'],
      ...[
        'https://example.com/team/app.git',
        'http://127.0.0.1:8080/app',
        'https://example.com',
        'https://h/@scope/app',
      ],
      ...['ssh://git@example.com:22/app.git', 'ssh://example.com/app', 'git@github.com:team/app.git', 'a.b@h:x'],
      ...['git@github.com:/srv/app.git', 'file:///home/me/app', 'file:///a%20b'],
    ],
    refused: [
      ...['xfile:///app', 'a file:///app'],
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
      ...['ssh://-oProxyCommand=x/app', 'ssh://git@-x/app', '-x@host:app', 'git@host:', 'git@host://x', 'git@host:a:b'],
      ...[
        'a\tb',
        'HTTPS://example.com/app',
        'file://',
        'https://h/a\u0085b',
        'https://h/a\ufeffb',
        'https://h/a?',
        'https://h/a#',
      ],
      ...[
        'http://h:80:0/app',
        'http://h:80app',
        'https://h:65536/app',
        'https://h]x/app',
        'https://h%2fx/app',
        'https://@h/app',
      ],
    ],
  },
  path: {
    allowed: [
      ...['main.py', 'src/main.py', 'a b.zip', '..hidden', '.env', 'a.git/x', '.github/x', 'x~', "it's", 'ünï/日本'],
      'x'.repeat(256),
    ],
    refused: [
      ...['', '/etc/passwd', '..', '../x', 'a/..', 'a/../../x', '~/x', '~', '.', './x', 'a/./b', 'a//b', 'dir/', '-x'],
      ...['.git', '.git/config', 'a\nb', 'a\tb', 'x'.repeat(257)],
    ],
  },
  main: {
    allowed: [
      'main.py',
      'src/main.py',
      'a b.py',
      'main.py -v',
      '-m package',
      '-m my.package',
      '-m my_app.x-y',
      '-m _',
      '-m pyx',
    ],
    refused: [
      ...['-mx -m package'],
      ...[
        '',
        '-',
        '-m',
        '-m ',
        '-mpackage',
        '-m  package',
        '-m package ',
        '-m package -v',
        '-m main.py',
        '-m a/b',
        '-m .a',
      ],
      ...[
        '-m a.',
        '-m a..b',
        '-m 1a',
        '-m ü',
        '-c print()',
        '-x',
        '/main.py',
        '../main.py',
        '-m a\tb',
        `-m ${'x'.repeat(254)}`,
      ],
    ],
  },
  arguments: {
    allowed: [
      ...[
        '',
        '--verbose --date 2026-05-01',
        '-v',
        '  a   b ',
        `--title 'two "words"' "it's"`,
        'a\\ b',
        '"a\\"b"',
        "''",
        'a"b c"d',
      ],
      ...[
        '$HOME `id` $(id) * ~ | & ; > x # y',
        "'\\'",
        '"\\\\"',
        '\\\\',
        'ünï\u00a0日本',
        "'a'\\''b'",
        '\\\u2028',
        '{x} %s $y',
        '12',
        'x'.repeat(256),
      ],
    ],
    refused: [
      `'`,
      `"`,
      `a 'b`,
      `a "b`,
      '\\',
      'a b\\',
      `"a\\"`,
      `'a\\''`,
      `"'`,
      `'a' "`,
      'a\nb',
      'a\tb',
      'x'.repeat(257),
    ],
  },
  ref: {
    allowed: [
      ...[
        'HEAD',
        'x.locked',
        'main',
        'v1.2.3',
        'feature/x',
        'a'.repeat(40),
        '1234567',
        'release-1.0',
        'x@y',
        'ünï',
        '{x}',
        'x]',
      ],
    ],
    refused: [
      ...['', '-x', 'a b', 'a..b', 'a:b', 'x.lock', 'a~1', '@{u}', '/x', 'x/', '.x', 'x.', 'a//b', '^HEAD', 'a?', 'a*'],
      ...['a[1', 'a\\b', 'a\tb', 'a\u0085b', 'a\ufeffb'],
    ],
  },
  credentials: {
    allowed: [
      ...['', 'my-secret', 'team/git', 'ssm:/team/token', 'ssm:token', '/x', 'a@b'],
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:git-a1b2c3',
    ],
    refused: [
      ...[
        'ssm:?ssm:/a',
        'ssm:/a?',
        'arn:x arn:aws:secretsmanager:eu-west-1:123456789012:secret:git-a1b2c3',
        'arn:aws:secretsmanager:eu-west-1:123456789012:secret:git?',
      ],
      'x'.repeat(257),
      'ssm:',
      'ssm:/',
      'arn:aws:s3:::x',
      'two words',
      '-x',
      'user:password',
      'a\nb',
      '{"a":1}',
    ],
  },
  proxy: {
    allowed: [
      ...['http://p:1'],
      ...['', 'http://proxy.example.com:3128', 'http://10.0.0.5:80/', 'http://[fd00::5]:8080', 'http://p:65535'],
    ],
    refused: [
      ...['x http://p:80'],
      ...[
        'proxy.example.com:3128',
        'https://proxy.example.com:3128',
        'socks5://10.0.0.5:1080',
        'http://proxy',
        'http://:80',
      ],
      ...['http://user:secret@proxy:80', 'http://token@proxy:80', 'http://p:0', 'http://p:65536', 'http://p:80/x'],
      ...['http://p:80?x', 'http://-p:80', 'http://p p:80', 'HTTP://p:80', 'http://p:80\n', 'http://p\t:80', ' '],
      `http://${'x'.repeat(256)}:80`,
    ],
  },
  host_list: {
    allowed: [
      ...['', 'localhost', '.example.com', 'git.example.com,10.0.0.0/8', 'a_b.example.com:8080', '[fd00::1]'],
      ...['fd00::1,::1', '.eu-west-1.amazonaws.com'],
    ],
    refused: [
      ...['*', '*.example.com', 'a, b', 'a,', ',a', 'a,,b', 'a b', 'a;b', 'http://a b', "a'b", 'a\nb', '$(id)', '-x'],
      'x'.repeat(257),
    ],
  },
  duration: {
    allowed: ['60s', '15m', '8h', '7d', '168h'],
    refused: ['8d', '604801s', '', '0s', '5 minutes', '1h30m', 'x'],
  },
  python_version: {
    allowed: ['3.6', '3.6.15', '3.14', '3.09', '3.11'],
    refused: ['13.6', 'x3.6', '2.7', '3.5', '3', '4.0', '3.6rc1', '', '3.100'],
  },
  package_list: {
    allowed: [
      '',
      'app_runner/packages/a.txt',
      'app_runner/packages/2026/may_1-b.txt',
      `app_runner/packages/${'f'.repeat(64)}.txt`,
    ],
    refused: [
      ...[
        'app_runner/packages/',
        'packages/a.txt',
        'app_runner/output/may_status.json',
        's3://jobs/app_runner/packages/a',
      ],
      ...['app_runner/packages//a', 'app_runner/packages/a/', 'app_runner/packages/a b', 'app_runner/packages/a?b'],
      ...['/app_runner/packages/a', 'app_runner/packages/ü', 'a\nb', `app_runner/packages/${'x'.repeat(240)}`],
    ],
  },
  secret: {
    allowed: [
      ...['', 'my-secret', 'db#password', 'team/db#user.name', 'ssm:/team/token', 'ssm:/team/db#host', 'a@b#c-d/e'],
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3#password',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db',
    ],
    refused: [
      ...[
        '#password',
        'db#',
        'db#a#b',
        'db#two words',
        'ssm:',
        'ssm:/',
        'hunter2!',
        'user:password',
        'two words',
        'a\nb',
      ],
      ...['arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3:password::', '-x', '{"a":1}'],
      ...['x'.repeat(257), `db#${'x'.repeat(101)}`],
    ],
  },
  variable: {
    allowed: ['', 'debug', '1', 'two words', '"quoted" $HOME `x` \\', 'ünï', 'https://h/p?a=b', 'x'.repeat(256)],
    refused: [
      'a\nb',
      'a\tb',
      'x'.repeat(257),
      'postgres://app:hunter2@db/app',
      'redis://:hunter2@cache',
      'a+b://u:p@h',
    ],
  },
  variable_name: {
    allowed: [
      'A',
      '_',
      'LOG_LEVEL',
      'a1',
      'PYTHONPATH',
      'ENV',
      'IFS',
      'UID',
      'AWS_PROFILE',
      'https_proxy',
      'x'.repeat(100),
    ],
    refused: [
      ...['', '1A', 'A-B', 'A.B', 'A B', 'Ä', 'A\n', 'A=B', 'x'.repeat(101)],
      ...[
        'PATH',
        'HOME',
        'LANG',
        'TMPDIR',
        'VIRTUAL_ENV',
        'PYTHONHOME',
        'PYTHONUNBUFFERED',
        'LD_PRELOAD',
        'LD_LIBRARY_PATH',
      ],
      ...[
        'GLIBC_TUNABLES',
        'LAMBDA_EC2_JOB_ID',
        'LAMBDA_EC2_X',
        'AWS_REGION',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL',
      ],
    ],
  },
  boolean: {
    allowed: ['true', 'false'],
    refused: ['', 'yes', 'True', '1', 'true '],
  },
};

/** URLs that carry a secret: refused in words of their own. */
export const SECRET_URLS = [
  'https://user:secret@example.com/app',
  'https://secret@example.com/app',
  'ssh://git:secret@example.com/app',
  'ftp://user:secret@example.com/app',
  'user:secret@example.com/app',
];
