import { entriesIn, entryOf, sharedNames } from '../../contract/app-maps';
import { settingsTags } from '../../contract/settings';
import { parseSettings, SettingsError } from '../../contract/settings-load';
import { synthesizeLaunchTemplate } from '../../infra/synthesize-template';

// app_env and app_secrets: environment variables of the app, each a tag.

const URL_LINE = 'app_url: https://example.com/app.git\n';
const problemsOf = (yaml: string): string => {
  try {
    parseSettings(URL_LINE + yaml);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
};

test('each variable is a tag of its own, as it was written; one without a value is none', () => {
  const settings = parseSettings(
    `${URL_LINE}app_env:\n  LEVEL: debug\n  VERSION: 3.10\n  ON: true\n  ZERO: 007\n  NONE:\n  EMPTY: ''\n` +
      `app_secrets: {KEY: 'db#password', PIN: 'ssm:/pin'}\n`,
  );
  const variables = Object.entries(settingsTags(settings)).filter(([tag]) => tag.includes('.'));
  expect(Object.fromEntries(variables)).toEqual({
    'app_env.LEVEL': 'debug',
    'app_env.VERSION': '3.10',
    'app_env.ON': 'true',
    'app_env.ZERO': '007',
    'app_secrets.KEY': 'db#password',
    'app_secrets.PIN': 'ssm:/pin',
  });
});

test.each([
  ['app_env: {PATH: /x}', /app_env\.PATH: "\/x": PATH is the runner's or the loader's own/],
  ['app_env: {a-b: 1}', /app_env\.a-b: "1": name the variable with letters/],
  ['app_env: {A: [1]}', /app_env\.A: \[1\]: use text/],
  ['app_env: LEVEL=debug', /app_env: "LEVEL=debug": use a map of names and values/],
  [`app_env: {A: ${'x'.repeat(257)}}`, /app_env\.A: .*: at most 256 characters/],
  ["app_env: {A: '1'}\napp_secrets: {A: a}", /app_secrets\.A: .*: app_env has A too: leave one of them out/],
  ["app_secrets: {LD_PRELOAD: a, KEY: 'two words'}", /app_secrets\.KEY: \(not shown\): use the name or ARN/],
])('%s is refused in words', (yaml, said) => {
  expect(problemsOf(yaml)).toMatch(said);
});

test.each([
  'app_env: {URL: "postgres://app:hunter2@db/app"}',
  'app_secrets: {KEY: "hunter2 !"}',
  'app_credentials: "bob:hunter2"',
])('the secret in %s is not printed', (yaml) => {
  expect(problemsOf(yaml)).not.toBe('');
  expect(problemsOf(yaml)).not.toContain('hunter2');
});

test('more variables than an instance has room for are told at synthesis, in one sentence', () => {
  const withVariables = (count: number) => {
    const app_env = Array.from({ length: count }, (_, index) => `  V${index}: x\n`).join('');
    return () => synthesizeLaunchTemplate(parseSettings(`${URL_LINE}app_env:\n${app_env}`));
  };
  expect(withVariables(25)).not.toThrow();
  expect(withVariables(40)).toThrow(/tags that no instance can have:\n {2}51 tags: an instance can hold 50/);
});

test('the entry of a map is told by its tag', () => {
  expect(entryOf('app_env.LEVEL')).toEqual({ map: 'app_env', name: 'LEVEL' });
  expect(entryOf('app_secrets.A.B')).toEqual({ map: 'app_secrets', name: 'A.B' });
  for (const none of ['app_env', 'app_url', 'app_url.X', '.X', '', 'app_envLEVEL']) {
    expect(entryOf(none)).toBeUndefined();
  }
});

test('the entries among the tags come in the order of their keys, those without a value left out', () => {
  const tags = { 'app_secrets.B': 'b', app_url: 'x', 'app_env.C': 'c', 'app_env.A': 'a', 'app_env.NONE': '' };
  expect(entriesIn(tags)).toEqual([
    ['app_env.A', 'a'],
    ['app_env.C', 'c'],
    ['app_secrets.B', 'b'],
  ]);
  expect(entriesIn({ 'app_env.a': '1', 'app_env.B': '2', 'app_env.A': '3' }).map(([tag]) => tag)).toEqual([
    'app_env.A',
    'app_env.B',
    'app_env.a',
  ]);
});

test('a name that both maps give is told once', () => {
  expect(sharedNames({ 'app_env.A': '1', 'app_secrets.A': 'a', 'app_env.B': '2', 'app_secrets.C': 'c' })).toEqual([
    'A',
  ]);
  expect(sharedNames({ 'app_env.A': '1', 'app_secrets.A': '' })).toEqual([]);
});
