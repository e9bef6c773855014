import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GENERATED, OF_APP_SETTINGS } from '../../build/contract';
import { settingsFile } from '../../build/settings-file';
import { APP_SETTING_NAMES, APP_SETTINGS, appSetting, ruleOf } from '../../contract/app-settings';
import { APP_VALUES } from './app-values';
import { forgottenParts, type Places } from './forgotten-parts';
import { inRunner, RUNNER } from './runner';

const ROOT = path.join(__dirname, '../..');
const read = (...parts: string[]) => readFileSync(path.join(ROOT, ...parts), 'utf8');

test.each(GENERATED)('$file is what contract/ makes: npm run contract', ({ file, make }) => {
  const current = read(file);
  expect(current).toBe(make(current, APP_SETTINGS));
});

test('npm run contract leaves the values of settings.yaml as somebody has written them', () => {
  const own = read('settings.yaml')
    .replace(/^app_url: \S+$/m, 'app_url: git@example.com:team/app.git')
    .replace(/^ec2_timeout: +\S+/m, 'ec2_timeout: "8h"');
  const made = settingsFile(own, { ...APP_SETTINGS, app_added: { kind: 'text', default: '-v', about: 'told' } });
  expect(made).toContain('\napp_url: git@example.com:team/app.git\n');
  expect(made).toContain('\nec2_timeout: "8h" ');
  expect(made).toContain('\napp_added: -v ');
});

test.each(APP_SETTING_NAMES)('the default of %s is one that it may have', (name) => {
  const { default: fallback, example } = appSetting(name);
  expect(ruleOf(name)(fallback ?? example ?? '')).toBeUndefined();
});

describe('what somebody who adds an app setting may forget', () => {
  const modules = readdirSync(RUNNER).filter((name) => name.endsWith('.py') && name !== 'contract.py');
  const places: Places = {
    contract: readFileSync(path.join(RUNNER, 'contract.py'), 'utf8'),
    settingsYaml: read('settings.yaml'),
    runner: modules.map((name) => readFileSync(path.join(RUNNER, name), 'utf8')).join('\n'),
    documentation: read('example/README.md'),
    runnerKinds: inRunner<string[]>('from runner import settings\nsaid = list(settings.RULES)', null),
    exampleKinds: Object.keys(APP_VALUES),
  };
  const invented = { app_invented: { kind: 'words', default: '', about: 'what the program is told' } };
  const complete: Places = {
    contract: `${places.contract}    'app_invented': '',\n`,
    settingsYaml: `${places.settingsYaml}app_invented: ''\n`,
    runner: `${places.runner}self._settings['app_invented']\n`,
    documentation: `${places.documentation}(\`app_invented\`)\n`,
    runnerKinds: [...places.runnerKinds, 'words'],
    exampleKinds: [...places.exampleKinds, 'words'],
  };

  test('is not forgotten for any setting that there is', () => {
    expect(forgottenParts(APP_SETTINGS, places)).toEqual([]);
  });

  test('is nothing, once all is done', () => {
    expect(forgottenParts(invented, complete)).toEqual([]);
  });

  test.each<[keyof Places, string]>([
    ['contract', 'app_invented is not in runner/contract.py: npm run contract'],
    ['settingsYaml', 'app_invented is not in settings.yaml: npm run contract'],
    ['runner', 'app_invented is used by no module of the runner'],
    ['documentation', 'app_invented is not named in example/README.md'],
    ['runnerKinds', 'app_invented is of the kind words, which RULES of runner/settings.py lacks'],
    ['exampleKinds', 'app_invented is of the kind words, which test/contract/app-values.ts lacks'],
  ])('is told: %s', (place, problem) => {
    expect(forgottenParts(invented, { ...complete, [place]: places[place] })).toEqual([problem]);
  });

  test.each(OF_APP_SETTINGS)('is made by npm run contract: a new line of $file', ({ file, make }) => {
    const app_invented = { kind: 'text', default: '-v', about: 'what the program is told' } as const;
    const invented = { ...APP_SETTINGS, app_invented };
    const current = read(file);
    const added = make(current, invented)
      .split('\n')
      .filter((line) => !current.split('\n').includes(line));
    expect(added.join('\n')).toContain('app_invented');
    expect(make(make(current, invented), APP_SETTINGS)).toBe(current);
  });
});
