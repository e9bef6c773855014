import { changedData } from '../../../cli/override/changed-data';
import { parseChanges } from '../../../cli/override/changes';
import { changesBetween } from '../../../cli/settings/changes-between';
import { launchProblems } from '../../../cli/settings/launch-problems';
import { settingsOf } from '../../../cli/settings/settings-of';
import { localSettings } from '../../../cli/shared/local-settings';
import type { TemplateData } from '../../../lambda/publish/template';

// app_env.NAME and app_secrets.NAME in the commands that change and show settings.

const data = (tags: Record<string, string>): TemplateData => ({
  ImageId: 'resolve:ssm:/x',
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: Object.entries({ app_url: 'https://h/a', ...tags }).map(([Key, Value]) => ({ Key, Value })),
    },
  ],
});
const problems = (tags: Record<string, string>) =>
  launchProblems({ images: new Map(), unavailable: new Map() }, { data: data(tags) });
const between = (before: TemplateData, after: TemplateData) => changesBetween(settingsOf(before), settingsOf(after));

test('one variable is set, changed and taken away without the others', () => {
  const before = data({ 'app_env.A': '1', 'app_env.B': '2', 'app_secrets.K': 'k' });
  const after = changedData(before, parseChanges(['app_env.A=x=y', 'app_env.B=', 'app_secrets.L=db#field']));
  expect(between(before, after)).toEqual([
    { name: 'app_env.A', old: '1', new: 'x=y' },
    { name: 'app_secrets.L', old: '', new: 'db#field' },
    { name: 'app_env.B', old: '2', new: '' },
  ]);
  expect(settingsOf(after).filter(({ name }) => name.startsWith('tag of'))).toEqual([]);
});

test.each([
  ['app_env=A', /app_env is a map: write app_env\.NAME=value/],
  ['app_env.A', /app_env\.A: write it as app_env\.A=value/],
  ['app_env.PATH=/x', /app_env\.PATH: "\/x": PATH is the runner's/],
  ['app_secrets.A=two words', /app_secrets\.A: \(not shown\): use the name or ARN of a Secrets Manager secret/],
  ['app_env.A=http://u:hunter2@h', /app_env\.A: "http:\/\/\*\*\*@h": it holds a password/],
  ['app_evn.A=1', /there is no such setting/],
])('%s is refused in words', (word, said) => {
  expect(() => parseChanges([word])).toThrow(said);
});

test('what nobody could launch with is refused before a version is written', () => {
  const many = Object.fromEntries(Array.from({ length: 39 }, (_, index) => [`app_env.V${index}`, 'x']));
  expect(() => changedData(data(many), parseChanges(['app_env.ONE=1', 'app_env.TWO=2']))).toThrow(/42 tags/);
  expect(() => changedData(data({ 'app_env.A': '1' }), parseChanges(['app_secrets.A=a']))).toThrow(
    /app_env and app_secrets would both have A/,
  );
});

test('a version that somebody wrote by hand is judged by the same rules', () => {
  expect(problems({ 'app_env.A': '1', 'app_secrets.K': 'ssm:/k' })).toEqual([]);
  expect(problems({ 'app_env.HOME': '/', 'app_secrets.K': 'a b', 'app_env.X': '1', 'app_secrets.X': 'x' })).toEqual([
    expect.stringMatching(/^app_env\.HOME: "\/": HOME is the runner's/),
    expect.stringMatching(/^app_secrets\.K: \(not shown\): use the name/),
    'app_env and app_secrets both have X',
  ]);
  const wrong = data({ 'app_env.HOME': '/' });
  expect(between(wrong, changedData(wrong, parseChanges(['app_env.HOME='])))).toHaveLength(1);
});

test('a local command takes one variable beside those of the file', () => {
  const set = ['app_url=https://h/a', 'app_env.A=1', 'app_env.B=x=y', 'app_env.A=', 'app_secrets.K=k'];
  const { app_env, app_secrets } = localSettings({ set });
  expect([app_env.B, app_env.A, app_secrets]).toEqual(['x=y', '', { K: 'k' }]);
  expect(() => localSettings({ set: ['app_env.A'] })).toThrow(/write it as app_env\.A=value/);
});
