import { checkSettings, parseSettings, SettingsError } from '../../contract/settings-load';
import { problemsOf } from './settings-problems';

const URL_LINE = 'app_url: https://example.com/app.git\n';

test('an empty one lacks what is required', () => {
  for (const text of ['', '# nothing yet\n', 'null\n']) {
    expect(problemsOf(text)).toEqual([
      { path: 'app_url', value: 'nothing', allowed: expect.stringContaining('it is required') },
    ]);
  }
});

test.each(['hello', '3', '- x', '[a, b]'])('%j is no list of names and values', (text) => {
  expect(problemsOf(text)).toEqual([{ path: '', value: expect.any(String), allowed: 'use one `name: value` a line' }]);
});

test.each([[null], ['text'], [3], [[]]])('%j is none either, wherever it comes from', (raw) => {
  const said = `settings has a problem:\n  ${JSON.stringify(raw)}: use one \`name: value\` a line`;
  expect(() => checkSettings(raw)).toThrow(new Error(said));
});

test('that it is no YAML is said in one line, without a value', () => {
  expect(problemsOf('app_url: [\nspot: x')).toEqual([
    { path: '', value: '', allowed: expect.stringMatching(/^[^\n]+ at line \d+, column \d+:$/) },
  ]);
  expect(() => parseSettings('app_url: [', 'my.yaml')).toThrow(/^my\.yaml has (a problem|\d+ problems):\n {2}[A-Z]/);
});

test('where nothing is said of its name, it is settings.yaml', () => {
  expect(() => parseSettings('')).toThrow(/^settings\.yaml has a problem:\n {2}app_url: nothing: it is required/);
  expect(() => parseSettings('- x')).toThrow('settings.yaml has a problem:\n  ["x"]: use one `name: value` a line');
});

test('a name that is like none is told without a guess', () => {
  expect(problemsOf(`${URL_LINE}colour_of_the_sky: blue\n`)).toEqual([
    { path: 'colour_of_the_sky', value: '', allowed: 'there is no such setting' },
  ]);
  expect(() => parseSettings(`${URL_LINE}colour_of_the_sky: blue\n`)).toThrow(
    'settings.yaml has a problem:\n  colour_of_the_sky: there is no such setting',
  );
});

test('a name within a setting is no setting', () => {
  expect(problemsOf(`${URL_LINE}schedules: [{name: a, cron: x, input: y, zone: UTC}]\n`)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: 'schedules.0', allowed: expect.stringContaining('use {') }),
    ]),
  );
});

test('text is as it was written, also in quotes, as an alias or over several lines', () => {
  const read = parseSettings(`${URL_LINE}python_version: "3.10"\napp_ref: |-\n  1e3\napp_env: {A: &a 1.50, B: *a}\n`);
  expect(read).toMatchObject({ python_version: '3.10', app_ref: '1e3', app_env: { A: '1.50', B: '1.50' } });
});

test('text of which nothing is said has its default, however nothing is written', () => {
  for (const nothing of ['', '~', 'null']) {
    expect(parseSettings(`${URL_LINE}python_version: ${nothing}\napp_ref: ${nothing}\n`)).toMatchObject({
      python_version: '3.6',
      app_ref: 'HEAD',
    });
  }
});

test('a name in braces without a value is none of text, and says nothing of a variable', () => {
  expect(parseSettings('{app_url: https://example.com/app.git, app_ref}').app_ref).toBe('HEAD');
  expect(problemsOf(`${URL_LINE}app_env: {A}\n`)).toEqual([{ path: 'app_env.A', value: 'null', allowed: 'use text' }]);
});

test('an error of it has a name', () => {
  expect(new SettingsError('x', []).name).toBe('SettingsError');
});
