import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../build/bundle';
import { functionBundle } from '../../local/lambda/function-bundle';

const ROOT = path.join(__dirname, '../..');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'cached-output-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a function that is started here has the bundle that is deployed, made or kept', () => {
  const { metrics = '' } = bundle(path.join(dir, 'deployed'), ['metrics']);
  for (const machine of ['first', 'second']) {
    const file = functionBundle(path.join(dir, machine), 'metrics');
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(metrics, 'utf8'));
  }
});

/** A repository of its own with this one's cache, which has one folder of sources. */
function aRepository(): typeof import('../../local/cached-output') {
  for (const file of ['bin/cache.js', 'local/cached-output.ts']) cpSync(path.join(ROOT, file), path.join(dir, file));
  for (const folder of ['lambda/launch', 'node_modules']) mkdirSync(path.join(dir, folder), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', 'node_modules/.package-lock.json', 'lambda/launch/index.ts'])
    writeFileSync(path.join(dir, file), '{}');
  return require(path.join(dir, 'local/cached-output.ts'));
}

test('a text is made again when a source, a package or how it is made has changed, and only then', () => {
  const { cachedOutput } = aRepository();
  let made = 0;
  const text = () => cachedOutput('launch.js', ['lambda'], () => `text ${++made}`);
  expect([text(), text()]).toEqual(['text 1', 'text 1']);
  const changes = ['lambda/launch/index.ts', 'lambda/added.ts', 'node_modules/.package-lock.json', 'tsconfig.json'];
  for (const [index, file] of changes.entries()) {
    writeFileSync(path.join(dir, file), '{ }');
    expect([text(), text()]).toEqual([`text ${index + 2}`, `text ${index + 2}`]);
  }
  rmSync(path.join(dir, 'lambda/added.ts'));
  writeFileSync(path.join(dir, 'lambda/launch/index.ts'), '{}');
  for (const file of changes.slice(2)) writeFileSync(path.join(dir, file), '{}');
  expect(text()).toBe('text 1');
});

test('nothing is kept when nobody knows which packages are installed', () => {
  const { cachedOutput } = aRepository();
  rmSync(path.join(dir, 'node_modules/.package-lock.json'));
  expect(cachedOutput('launch.js', ['lambda'], () => 'a')).toBe('a');
  expect(cachedOutput('launch.js', ['lambda'], () => 'b')).toBe('b');
  expect(readdirSync(path.join(dir, 'node_modules'))).toEqual([]);
});
