import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { checkSettings } from '../../contract/settings-load';
import { checkDocument } from '../../imagebuilder/check-document';
import { componentDocuments } from '../../imagebuilder/image-document';

const APP = 'https://example.com/app.git';
const settingsWith = (settings: object = {}) => checkSettings({ app_url: APP, ...settings });
const FILES = path.join(__dirname, '../../imagebuilder/files');

test('the documents come in the order of their numbers, the tests last', () => {
  expect(componentDocuments(settingsWith()).map(({ name }) => name)).toEqual([
    'base',
    'python',
    'pip',
    'runner',
    'app',
    'harden',
    'clean-up',
    'test',
  ]);
});

test('every document passes the check, fits into a request, and every asset of it exists', () => {
  for (const { name, data, assets = {} } of componentDocuments(settingsWith())) {
    expect(checkDocument(name, data).name).toBe(name);
    expect(data.length).toBeLessThanOrEqual(16_000);
    for (const asset of Object.values(assets)) expect(existsSync(asset)).toBe(true);
    // A parameter without an asset would have no value in the recipe.
    expect(Object.keys(assets)).toEqual(checkDocument(name, data).parameters.map((parameter) => parameter.name));
  }
});

test('every script that a document runs is among its files', () => {
  const scripts = componentDocuments(settingsWith()).flatMap(({ data }) =>
    [...data.matchAll(/bash "\$\{files\}\/([^"]+)"/g)].map((match) => match[1] ?? ''),
  );
  expect(scripts.length).toBeGreaterThanOrEqual(11);
  for (const script of scripts) expect(existsSync(path.join(FILES, script))).toBe(true);
});

test('every shell command list begins with the options that make a failure stop it', () => {
  for (const { name, data } of componentDocuments(settingsWith())) {
    for (const phase of checkDocument(name, data).phases) {
      for (const step of phase.steps.filter(({ action }) => action === 'ExecuteBash')) {
        expect((step.inputs as { commands: string[] }).commands[0]).toBe('set -euo pipefail');
      }
    }
  }
  for (const file of scriptsBelow(FILES)) {
    const text = readFileSync(file, 'utf8');
    if (text.startsWith('#!')) expect(text).toMatch(/^source ".*\/lib\.sh"$/m);
  }
  expect(readFileSync(path.join(FILES, 'lib.sh'), 'utf8')).toContain('set -Eeuo pipefail');
});

test('only the tests run on the test instance, and everything else on the build instance', () => {
  for (const { name, data } of componentDocuments(settingsWith())) {
    const phases = checkDocument(name, data).phases.map((phase) => phase.name);
    expect(phases).toEqual([name === 'test' ? 'test' : 'build']);
  }
});

test('a setting reaches the shell as it is, whatever characters it holds', () => {
  const trap = 'it\'s-$(id)`id`-"x"';
  const { data } = documentNamed('app', { app_url: APP, app_requirements: trap, python_version: '3.11' });
  const { constants } = checkDocument('app', data);
  const value = (name: string) => constants.find((constant) => constant.name === name)?.value ?? '';
  const said = execFileSync('bash', ['-c', `printf %s ${value('AppRequirements')}`], { encoding: 'utf8' });
  expect(said).toBe(trap);
  expect(value('PythonVersion')).toBe("'3.11'");
});

test('what is baked into Python follows the settings', () => {
  const options = { python_optimized: true, python_configure_options: ['--enable-shared', '--with-lto'] };
  const { constants } = parse(documentNamed('python', options).data);
  expect(constants).toContainEqual({ PythonOptimized: { type: 'string', value: "'true'" } });
  expect(constants).toContainEqual({
    PythonConfigureOptions: { type: 'string', value: "'--enable-shared --with-lto'" },
  });
});

test('a setting with double braces is refused, because AWSTOE would interpolate it', () => {
  expect(() => documentNamed('app', { app_requirements: 'a{{ b }}.txt' })).toThrow(
    '50-app.yaml: the setting behind AppRequirements holds "{{", which AWSTOE interpolates',
  );
});

test('a change of the app needs no new Python: only its own document differs', () => {
  const names = (settings: object) => componentDocuments(settingsWith(settings)).map(({ data }) => data);
  const before = names({});
  const changed = names({ app_ref: 'v2' }).flatMap((data, i) => (data === before[i] ? [] : [i]));
  expect(changed).toEqual([4]);
});

function documentNamed(name: string, settings: object) {
  const found = componentDocuments(settingsWith(settings)).find((document) => document.name === name);
  if (!found) throw new Error(`there is no document ${name}`);
  return found;
}

function scriptsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .map((name) => path.join(folder, name));
}
