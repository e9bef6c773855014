import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bakedImage } from '../../cli/local/baked-image';
import { checkSettings, loadSettings } from '../../contract/settings-load';
import { lambdaEc2, ROOT, type Said } from './run-command';

const EXAMPLE = path.join(ROOT, 'example');
const SETTINGS = path.join(EXAMPLE, 'settings.yaml');

let folder: string;
let baked: Said;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-local-bake-'));
  baked = await lambdaEc2(['local', 'bake', '--app', EXAMPLE, '--settings', SETTINGS], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an image is baked by all steps, and the publisher makes it the default version', () => {
  expect({ code: baked.code, stderr: baked.code === 0 ? '' : baked.stderr }).toEqual({ code: 0, stderr: '' });
  expect(baked.stdout).toMatch(
    /^image ami-[0-9a-f]{17} is launch template version 2, the default.*; local run starts from it\n$/,
  );
  expect(baked.stderr).toMatch(/✓ build {2}python +\d/);
  expect(baked.stderr).toMatch(/✓ test {3}job +\d/);
});

test('what differs from an AMI is told', () => {
  expect(baked.stderr).toContain('left out: hardening');
});

test('local run then starts from that image and makes no environment', async () => {
  const input = path.join(folder, 'sales.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', input, path.join(EXAMPLE, 'input/sales.csv')]);
  const args = ['local', 'run', '--app', EXAMPLE, '--settings', SETTINGS, '--input', input, '--json'];
  const { code, stdout, stderr } = await lambdaEc2(args, { cwd: folder });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    state: 'SUCCEEDED',
    template_version: '2',
    packages: expect.arrayContaining(['barchart==1.0.0']),
  });
  const log = readFileSync(path.join(folder, 'out/sales_ec2.log'), 'utf8');
  expect(log).toMatch(/environment [0-9a-f]{12} is baked/);
  expect(log).not.toContain('installing requirements.txt');
});

test('a bake that fails says where, and leaves the last good image in use', async () => {
  const label = path.join(folder, '.lambda-ec2/images/lambda-ec2-example/image.json');
  const before = readFileSync(label, 'utf8');
  const app = path.join(folder, 'broken');
  execFileSync('git', ['init', '--quiet', app]);
  writeFileSync(path.join(app, 'requirements.txt'), './no-such-wheel.whl\n');
  const args = ['local', 'bake', '--app', app, '--settings', SETTINGS, '--set', 'bake_requires_app=true'];
  const { code, stdout, stderr } = await lambdaEc2(args, { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/✗ build {2}app +\d/);
  expect(stderr).toContain('no-such-wheel.whl');
  expect(stderr).toMatch(
    /error: the bake failed at step app of the build phase: the script ended with exit status 1; see its last lines above\n$/,
  );
  expect(readFileSync(label, 'utf8')).toBe(before);
});

test('an app whose environment cannot be made is told, and the image is made all the same', async () => {
  const app = path.join(folder, 'unfit');
  execFileSync('git', ['init', '--quiet', app]);
  writeFileSync(path.join(app, 'requirements.txt'), './no-such-wheel.whl\n');
  const args = ['local', 'bake', '--app', app, '--settings', SETTINGS, '--set', 'name=unfit', '--json'];
  const { code, stdout, stderr } = await lambdaEc2(args, { cwd: folder });
  const told = expect.stringMatching(/^left out: the app's environment, so that each job makes it, .*/);
  expect([code, JSON.parse(stdout).notes]).toEqual([0, expect.arrayContaining([told])]);
  expect(stderr).toContain("left out: the app's environment");
});

test('two bakes at once end each with an image', async () => {
  const args = ['local', 'bake', '--app', EXAMPLE, '--settings', SETTINGS, '--set', 'name=twice'];
  const both = await Promise.all([lambdaEc2(args, { cwd: folder }), lambdaEc2(args, { cwd: folder })]);
  expect(both.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(readdirSync(path.join(folder, '.lambda-ec2/images/twice')).sort()).toEqual(['image.json', 'root']);
});

test('an image that was made of something else is not used, and that is told', () => {
  const here = process.cwd();
  process.chdir(folder);
  try {
    const settings = loadSettingsOfExample();
    expect(bakedImage(settings)).toEqual({ dir: expect.stringMatching(/images\/lambda-ec2-example\/root$/) });
    const other = bakedImage(checkSettings({ ...settings, python_version: '3.12' }));
    expect(other).toEqual({ warning: expect.stringContaining('lambda-ec2 local bake makes a new one') });
    expect(bakedImage(checkSettings({ ...settings, name: 'never-baked' }))).toEqual({});
  } finally {
    process.chdir(here);
  }
});

function loadSettingsOfExample() {
  const file = path.join(folder, 'settings.yaml');
  writeFileSync(file, `${readFileSync(SETTINGS, 'utf8')}\napp_url: https://example.com/app.git\n`);
  return loadSettings(file);
}
