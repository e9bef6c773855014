import { RULES, redactUrl, type SettingKind } from '../../contract/app-rules';
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
])('%s is %s', (type, architecture) => {
  expect(isInstanceType(type)).toBe(true);
  expect(architectureOf(type)).toBe(architecture);
});
