import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkSettings } from '../../contract/settings-load';
import { imageDocument } from '../../imagebuilder/image-document';
import { serveAssets } from '../../local/toe/assets';
import { type BakedImage, bakeImage } from '../../local/toe/bake-image';
import { runDocument } from '../../local/toe/run-document';
import { snapshotApp } from '../local/toe/an-app';

const EXAMPLE = path.join(__dirname, '../../example');
const ROOTFS = path.join(__dirname, '../../runner-script/rootfs');

let work: string;
let dir: string;
let first: BakedImage;
let second: BakedImage;
let before: Record<string, string>;
let lines: string[];

beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-bake-test-'));
  dir = path.join(work, 'image');
  const settings = checkSettings({ app_url: snapshotApp(EXAMPLE, path.join(work, 'app')), bake_requires_app: true });
  lines = [];
  const onLine = (line: string) => lines.push(line);
  first = await bakeImage({ settings, dir, onLine });
  before = contentOf(dir);
  second = await bakeImage({ settings, dir, onLine });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('all steps run to the end, the tests too', () => {
  expect({ failure: first.failure, lines: first.failure && lines.slice(-20) }).toEqual({});
  expect(first.status).toBe('success');
  const steps = first.steps.map(({ phase, step, status }) => `${phase} ${step}: ${status}`);
  expect(steps).toContain('build app: success');
  expect(steps).toContain('test job: success');
});

test('twice in a row gives the same image', () => {
  expect(second.status).toBe('success');
  expect(contentOf(dir)).toEqual(before);
});

test("the image holds the runner's files, byte by byte and executable", () => {
  const runner = contentOf(ROOTFS);
  expect(Object.keys(runner).length).toBeGreaterThan(20);
  expect(contentOf(dir)).toMatchObject(runner);
  for (const name of readdirSync(path.join(dir, 'usr/libexec/lambda-ec2'))) {
    expect(lstatSync(path.join(dir, 'usr/libexec/lambda-ec2', name)).mode & 0o111).toBe(0o111);
  }
});

test("the app's environment lies under the key that a job looks for, and works", () => {
  const [key = '', ...others] = readdirSync(path.join(dir, 'opt/venvs'));
  expect(others).toEqual([]);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  const python = path.join(dir, 'opt/venvs', key, 'bin/python');
  expect(execFileSync(python, ['-c', 'import barchart; print(barchart.__name__)'], { encoding: 'utf8' })).toBe(
    'barchart\n',
  );
  expect(readdirSync(path.join(dir, 'opt/wheelhouse'))).toEqual(['barchart-1.0.0-py3-none-any.whl']);
});

test('nothing of the bake is left in the image', () => {
  expect(readdirSync(path.join(dir, 'tmp'))).toEqual([]);
  expect(existsSync(path.join(dir, 'var/lib/lambda-ec2/app'))).toBe(false);
  expect(existsSync(path.join(dir, 'run/lambda-ec2/status'))).toBe(false);
});

test('what a bake below a folder leaves out is told', () => {
  expect(first.warnings).toContain('left out: packages of the distribution: the programs of this machine are used');
  expect(first.warnings.join('\n')).toMatch(/left out: hardening/);
});

test('an app that cannot be fetched fails the bake only when the settings say so', async () => {
  const missing = { app_url: `file://${work}/none` };
  // The step alone, with what it needs of those before it.
  const cache = (settings: object) => {
    const image = imageDocument(checkSettings(settings));
    const phases = image.phases.map(({ name, steps }) => ({
      name,
      steps: steps.filter((step) => name === 'build' && ['download', 'unpack', 'app'].includes(step.name)),
    }));
    return runDocument({
      image: { ...image, phases },
      ...serveAssets(image.assets, work),
      root: { dir, kind: 'folder' },
    });
  };
  const before = readdirSync(path.join(dir, 'opt/venvs'));
  const wheels = readdirSync(path.join(dir, 'opt/wheelhouse'));
  mkdirSync(path.join(dir, 'opt/venvs/half-made/bin'), { recursive: true });
  expect(await cache(missing)).toMatchObject({ status: 'success' });
  expect(readdirSync(path.join(dir, 'opt/venvs'))).toEqual(before);
  expect(readdirSync(path.join(dir, 'opt/wheelhouse'))).toEqual(wheels);
  expect(await cache({ ...missing, bake_requires_app: true })).toMatchObject({
    status: 'failed',
    failure: { phase: 'build', step: 'app' },
  });
});

/** Every file below a folder by its path: the sum of its content, or where it points to. */
function contentOf(folder: string): Record<string, string> {
  const content: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    // Compiled code carries times, and temporary files are nobody's.
    if (stat.isDirectory() || name.includes('__pycache__') || name.startsWith('tmp/')) continue;
    content[name] = stat.isSymbolicLink()
      ? readlinkSync(file)
      : createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  return content;
}
