import {
  GRACE_SECONDS,
  INSTANCE_MARGIN_SECONDS,
  MAX_TIMEOUT_SECONDS,
  RULES,
  redactUrl,
  type SettingKind,
  SWEEP_SECONDS,
} from '../../contract/app-rules';
import { architectureOf, isInstanceType } from '../../contract/instance-types';
import { APP_VALUES, SECRET_URLS } from './app-values';

const allowed = (kind: SettingKind, value: string) => RULES[kind](value) === undefined;

describe.each(Object.keys(RULES) as SettingKind[])('%s', (kind) => {
  test.each(APP_VALUES[kind].allowed)('may be %j', (value) => expect(allowed(kind, value)).toBe(true));
  test.each(APP_VALUES[kind].refused)('may not be %j', (value) => expect(allowed(kind, value)).toBe(false));
});

test('what is too long for a tag is refused', () => {
  expect(allowed('url', `https://example.com/${'x'.repeat(256)}`)).toBe(false);
  expect(allowed('path', 'x'.repeat(257))).toBe(false);
});

test.each(SECRET_URLS)('%s is refused with the way to give credentials, and can be shown without them', (url) => {
  expect(RULES.url(url)).toMatch(/Secrets Manager.*app_credentials/);
  expect(redactUrl(url)).not.toContain('secret');
  expect(redactUrl(url)).toContain('example.com');
});

test.each([
  ['m7i-flex.large', 'x86_64'],
  ['g5.xlarge', 'x86_64'],
  ['g4dn.xlarge', 'x86_64'],
  ['c8gn.medium', 'arm64'],
  ['a1.large', 'arm64'],
  ['g5g.xlarge', 'arm64'],
  ['is4gen.medium', 'arm64'],
  ['u-6tb1.metal', 'x86_64'],
  ['mac2-m2.metal', 'arm64'],
  ['mac1.metal', 'x86_64'],
  ['p6e-gb200.36xlarge', 'arm64'],
  ['p6-b200.48xlarge', 'x86_64'],
  ['c10g.large', 'arm64'],
  ['c9xg.large', 'arm64'],
  ['imac2.metal', 'x86_64'],
  ['ba1.large', 'x86_64'],
  ['emac2.metal', 'x86_64'],
  ['a10.large', 'x86_64'],
  ['u-c1g.large', 'x86_64'],
  ['c7i-gbx.large', 'x86_64'],
])('%s is %s', (type, architecture) => {
  expect(isInstanceType(type)).toBe(true);
  expect(architectureOf(type)).toBe(architecture);
});

const URLS = 'use https://host/repo.git, ssh://git@host/repo.git, git@host:repo.git or file:///path';
const SECRETS = 'use the name or ARN of a Secrets Manager secret, or ssm:/name of an SSM SecureString';
const REFS = 'use a branch, a tag, a full commit id or HEAD';

// The end of the sentence that a person reads: what is allowed instead.
test.each<[SettingKind, string, string]>([
  ['text', 'a\nb', 'take the control characters (line breaks, tabs) out'],
  ['text', 'x'.repeat(257), 'at most 256 characters, because it travels as an instance tag'],
  ['url', '', `it is required: ${URLS}`],
  ['url', 'https://h/a b', 'take the spaces out'],
  ['url', 'https://h/a?ref=x', 'leave out everything from "?" or "#" on (a branch or tag goes into app_ref)'],
  ['url', 'ftp://h/a', URLS],
  ['url', 'https://h:65536/a', URLS],
  ['ref', '', REFS],
  ['ref', 'a b', `${REFS}; no spaces, no leading "-", none of ~ ^ : ? * [ \\`],
  ['path', '', 'use a file path relative to the root of the app'],
  ['path', '/etc/passwd', 'use a file path relative to the root of the app'],
  ['path', '~/x', 'use a file path relative to the root of the app'],
  ['path', 'dir/', 'use a file path relative to the root of the app'],
  ['path', 'a/../b', 'use a path that stays inside the app (no "..")'],
  ['path', 'a//b', 'use a plain relative path (no "//", no "." folder)'],
  ['path', './a', 'use a plain relative path (no "//", no "." folder)'],
  ['path', '.git/config', 'use a path outside .git'],
  ['path', '-x', 'use a path that does not start with "-"'],
  ['main', '-m', 'use a file, or -m and one module without .py, such as -m my.package (arguments go into app_args)'],
  ['main', '/x', 'use a file path relative to the root of the app'],
  ['arguments', "'", "close each quote and let no backslash be the last character, as in --title 'two words'"],
  ['duration', '8d', 'use a whole number and a unit, such as 60s, 15m, 8h or 2d, at most 7d'],
  ['credentials', 'two words', SECRETS],
  ['credentials', 'ssm:', SECRETS],
  ['credentials', 'arn:aws:s3:::x', SECRETS],
  ['secret', 'db#', `${SECRETS}, and behind it #field for one field of its JSON`],
  ['python_version', '2.7', "use '3.6' or a newer Python 3, in quotes"],
  ['package_list', 'x', 'use a key like app_runner/packages/june.txt, of letters, digits and . _ - alone'],
  [
    'proxy',
    'http://user@p:80',
    'a user name or password in http_proxy would be readable in tags, logs and the environment of the app: let the proxy ' +
      'know instances by their addresses, and leave http_proxy without it',
  ],
  ['proxy', 'p:80', 'use http://host:port: the way to the proxy itself has no TLS'],
  [
    'host_list',
    '*',
    'use host names, domains such as .example.com and addresses, separated by commas, without spaces and *',
  ],
  [
    'variable',
    'a://u:p@h',
    'it holds a password, which would be readable in tags and logs: put the whole value into a secret and name that in app_secrets',
  ],
  ['variable_name', '1', 'name the variable with letters, digits and _, no digit first, at most 100'],
  ['variable_name', 'PATH', "PATH is the runner's or the loader's own: use another name"],
  ['boolean', 'yes', 'use true or false'],
])('%s: of %j is said what to do', (kind, value, advice) => {
  expect(RULES[kind](value)).toBe(advice);
});

test.each([
  ['https://h/a', 'https://h/a'],
  ['https://user:pass@h/a', 'https://***@h/a'],
  ['https://token@h', 'https://***@h'],
  ['https://h/a?token=x#y', 'https://h/a?***'],
  ['https://h/a#x', 'https://h/a?***'],
  ['https://u:p/w@h/a', 'https://***@h/a'],
  ['https://h/@scope/a', 'https://***@scope/a'],
  ['user:pass@h:a', '***@h:a'],
  ['git@h:a', 'git@h:a'],
  ['user:pa/ss@h:a', '***@h:a'],
  ['user:p@ss@h:a', '***@h:a'],
  ['user:pass@h//a', '***@h//a'],
  // Another address before the one with the secret hides nothing either.
  ['git@h:user:pass@h', '***@h'],
  ['git@h:https://user:pass@h/a', '***@h/a'],
  ['SSH://u:p@h', 'SSH://***@h'],
  ['https://@h', 'https://***@h'],
  // What does not belong there hides nothing.
  [' https://user:pass@h/a', ' https://***@h/a'],
  ['"https://token@h/a"', '"https://***@h/a"'],
  ['//user:pass@h/a', '//***@h/a'],
  ['git@h:a//b', 'git@h:a//b'],
  ['a/user:pass@h', '***@h'],
  ['git clone https://user:pass@h/a?token=x', 'git clone https://***@h/a?***'],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});

test('the times that an instance gets', () => {
  expect([MAX_TIMEOUT_SECONDS, GRACE_SECONDS, INSTANCE_MARGIN_SECONDS, SWEEP_SECONDS]).toEqual([
    604_800, 180, 1380, 300,
  ]);
});
