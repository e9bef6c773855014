import { APP_RULES, redactUrl } from '../../contract/app-rules';
import { architectureOf, isInstanceType } from '../../contract/instance-types';

const allowed = (name: keyof typeof APP_RULES, value: string) => APP_RULES[name](value) === undefined;

test.each([
  'https://example.com/team/app.git',
  'http://127.0.0.1:8080/app',
  'ssh://git@example.com:22/app.git',
  'git@github.com:team/app.git',
  'file:///home/me/app',
])('%s is an app_url', (url) => {
  expect(APP_RULES.app_url(url)).toBeUndefined();
});

test.each([
  '',
  'example.com/app',
  '/home/me/app',
  'ext::sh -c id',
  'ftp://example.com/app',
  '--upload-pack=x',
  'https://example.com/a b',
  'https://example.com/app?ref=x',
  'https://example.com/app#main',
  'ssh://-oProxyCommand=x/app',
  '-x@host:app',
  `https://example.com/${'x'.repeat(256)}`,
])('%j is no app_url', (url) => {
  expect(allowed('app_url', url)).toBe(false);
});

test.each([
  'https://user:secret@example.com/app',
  'https://secret@example.com/app',
  'ssh://git:secret@example.com/app',
  'ftp://user:secret@example.com/app',
  'user:secret@example.com/app',
])('%s is refused with the way to give credentials, and can be shown without them', (url) => {
  expect(APP_RULES.app_url(url)).toMatch(/Secrets Manager.*app_credentials/);
  expect(redactUrl(url)).not.toContain('secret');
  expect(redactUrl(url)).toContain('example.com');
});

test.each(['main.py', 'src/main.py', 'a b.zip', '..hidden'])('%j is a path in the app', (file) => {
  expect(allowed('app_main', file)).toBe(true);
});

test.each([
  '',
  '/etc/passwd',
  '../x',
  'a/../../x',
  '~/x',
  'a//b',
  './x',
  'dir/',
  '-x',
  'a\nb',
  '.git/config',
  'x'.repeat(257),
])('%j is no path in the app', (file) => {
  expect(allowed('app_main', file)).toBe(false);
});

test.each(['HEAD', 'main', 'v1.2.3', 'feature/x', 'a'.repeat(40)])('%s is an app_ref', (ref) => {
  expect(allowed('app_ref', ref)).toBe(true);
});

test.each(['', '-x', 'a b', 'a..b', 'a:b', 'x.lock', 'a~1', '@{u}', '/x', 'x/'])('%j is no app_ref', (ref) => {
  expect(allowed('app_ref', ref)).toBe(false);
});

test.each([
  '',
  'my-secret',
  'team/git',
  'ssm:/team/token',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:git-a1b2c3',
])('%j names credentials', (name) => {
  expect(allowed('app_credentials', name)).toBe(true);
});

test.each(['ssm:', 'arn:aws:s3:::x', 'two words', '-x', 'user:password'])('%j names no credentials', (name) => {
  expect(allowed('app_credentials', name)).toBe(false);
});

test('Python is 3.6 or newer', () => {
  expect(['3.6', '3.6.15', '3.14'].every((version) => allowed('python_version', version))).toBe(true);
  expect(['2.7', '3.5', '3', '4.0', '3.6rc1'].some((version) => allowed('python_version', version))).toBe(false);
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
])('%s is %s', (type, architecture) => {
  expect(isInstanceType(type)).toBe(true);
  expect(architectureOf(type)).toBe(architecture);
});
