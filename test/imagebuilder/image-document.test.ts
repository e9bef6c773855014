import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { checkSettings } from '../../contract/settings-load';
import { imageDocument } from '../../imagebuilder/image-document';

const FILES = path.join(__dirname, '../../imagebuilder/files');

const imageWith = (settings: object = {}) =>
  imageDocument(checkSettings({ app_url: 'https://example.com/app.git', ...settings }));
const image = imageWith();
const stepsOf = (phase: string) => image.phases.find(({ name }) => name === phase)?.steps ?? [];
const steps = [...stepsOf('build'), ...stepsOf('test')];
const scripts = steps.flatMap((step) => (step.action === 'ExecuteBash' ? [step.inputs.commands] : []));

test('the image is made in this order, and then tested', () => {
  expect(image.phases.map(({ name }) => name)).toEqual(['build', 'test']);
  const made = ['download', 'unpack', 'base', 'packages', 'python', 'pip', 'runner', 'app', 'harden', 'clean-up'];
  expect(stepsOf('build').map(({ name }) => name)).toEqual(made);
  const tested = ['download', 'unpack', 'packages', 'interpreter', 'tools', 'units', 'metadata', 'job'];
  expect(stepsOf('test').map(({ name }) => name)).toEqual(tested);
});

test('Image Builder gets the very steps and values that a local bake runs', () => {
  const { phases, constants, parameters } = parse(image.data);
  expect(image.phases).toMatchObject(phases);
  expect(Object.assign({}, ...constants)).toEqual(
    Object.fromEntries(Object.entries(image.constants).map(([name, value]) => [name, { type: 'string', value }])),
  );
  // A parameter without an asset would have no value in the recipe.
  expect(parameters.flatMap(Object.keys)).toEqual(Object.keys(image.assets));
  for (const asset of Object.values(image.assets)) expect(existsSync(asset)).toBe(true);
});

test('every script that a step runs is among its files', () => {
  const ran = scripts.flat().flatMap((line) => /bash ".*\/lambda-ec2-files\/([^"]+)"/.exec(line)?.[1] ?? []);
  expect(ran.length).toBeGreaterThanOrEqual(11);
  for (const script of ran) expect(existsSync(path.join(FILES, script))).toBe(true);
});

test('every shell command list begins with the options that make a failure stop it', () => {
  for (const [first] of scripts) expect(first).toBe('set -euo pipefail');
  for (const file of scriptsBelow(FILES)) {
    const text = readFileSync(file, 'utf8');
    if (text.startsWith('#!')) expect(text).toMatch(/^source ".*\/lib\.sh"$/m);
  }
  expect(readFileSync(path.join(FILES, 'lib.sh'), 'utf8')).toContain('set -Eeuo pipefail');
});

test('a setting reaches the shell as it is, whatever characters it holds', () => {
  const trap = 'it\'s-$(id)`id`-"x"';
  const { constants } = imageWith({ app_requirements: trap, python_version: '3.11' });
  const said = execFileSync('bash', ['-c', `printf %s ${constants.app_requirements}`], { encoding: 'utf8' });
  expect(said).toBe(trap);
  expect(constants.python_version).toBe("'3.11'");
});

test('each step that calls other machines is told of the proxy, and its programs of what is reached past it', () => {
  const { phases, constants } = imageWith({ http_proxy: 'http://proxy.example.com:3128', no_proxy: '.example.com' });
  const told = phases
    .flatMap(({ steps }) => steps)
    .filter(({ inputs }) => JSON.stringify(inputs).includes('http_proxy'));
  expect(told.map(({ name }) => name)).toEqual(['base', 'packages', 'python', 'pip', 'app']);
  const env = (proxy: string | undefined, past: string | undefined) =>
    execFileSync('bash', ['-c', `source "$1/lib.sh"; echo "$http_proxy $HTTPS_PROXY $no_proxy"`, 'bash', FILES], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        ...{ http_proxy: 'of-the-machine', HTTPS_PROXY: 'of-the-machine', no_proxy: '' },
        ...{ LAMBDA_EC2_HTTP_PROXY: proxy?.slice(1, -1), LAMBDA_EC2_NO_PROXY: past?.slice(1, -1) },
      },
    }).trim();
  expect(env(constants.http_proxy, constants.no_proxy)).toBe(
    'http://proxy.example.com:3128 http://proxy.example.com:3128 .example.com,localhost,127.0.0.1,::1,' +
      '169.254.169.254,fd00:ec2::254,.amazonaws.com,.amazonaws.com.cn,.amazonaws.eu',
  );
  expect(env(image.constants.http_proxy, image.constants.no_proxy)).toBe('of-the-machine of-the-machine');
});

test('what is baked into Python follows the settings', () => {
  const options = { python_optimized: true, python_configure_options: ['--enable-shared', '--with-lto'] };
  expect(imageWith(options).constants).toMatchObject({
    python_optimized: "'true'",
    python_configure_options: "'--enable-shared --with-lto'",
  });
});

test('a setting with double braces is refused, because AWSTOE would interpolate it', () => {
  expect(() => imageWith({ app_requirements: 'a{{ b }}.txt' })).toThrow(
    'image.yaml: the setting app_requirements holds "{{", which AWSTOE interpolates',
  );
});

function scriptsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .map((name) => path.join(folder, name));
}
