import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsHash, sourcesHash } from '../../contract/deployed-sources';
import { parseSettings } from '../../contract/settings-load';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'sources-test-'));
  for (const folder of ['build', 'contract', 'imagebuilder', 'infra', 'lambda', 'runner-script']) {
    mkdirSync(path.join(root, folder));
  }
  write('cdk.json', '{"context":{}}');
  write('package-lock.json', lockfile('1.0.0'));
  write('infra/stack.ts', 'stack');
  write('lambda/launch.ts', 'launch');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};

/** As npm writes it, for a library below another one and one for tests. */
const lockfile = (library: string, ofTests = '1.0.0') =>
  JSON.stringify({
    packages: {
      '': { version: '0.1.0', dependencies: { zod: '1.0.0' } },
      'node_modules/zod/node_modules/a': { version: library, integrity: `sha512-${library}` },
      'node_modules/jest': { version: ofTests, dev: true },
    },
  });

test('the same sources elsewhere have the same hash', () => {
  const copy = `${root}-copy`;
  cpSync(root, copy, { recursive: true });
  expect(sourcesHash(copy)).toBe(sourcesHash(root));
  rmSync(copy, { recursive: true });
});

test('in which order the system lists the files does not count', () => {
  const fs = jest.requireActual<typeof import('node:fs')>('node:fs');
  const list = fs.readdirSync as (...given: unknown[]) => unknown[];
  const before = sourcesHash(root);
  write('infra/a.ts', 'a');
  const listed = sourcesHash(root);
  const backwards = jest.spyOn(fs, 'readdirSync').mockImplementation((...given) => list(...given).reverse() as never);
  const hash = sourcesHash(root);
  backwards.mockRestore();
  expect(hash).toBe(listed);
  expect(listed).not.toBe(before);
});

test.each([
  ['a changed source', 'infra/stack.ts'],
  ['a new source', 'runner-script/rootfs/new.py'],
  ['another version of a library', 'package-lock.json'],
  ['a feature flag', 'cdk.json'],
])('%s gives another one', (_, name) => {
  const before = sourcesHash(root);
  write(name, lockfile('1.0.1'));
  expect(sourcesHash(root)).not.toBe(before);
});

test('another version of what only tests need does not count', () => {
  const before = sourcesHash(root);
  write('package-lock.json', lockfile('1.0.0', '2.0.0'));
  expect(sourcesHash(root)).toBe(before);
});

test.each([
  'infra/stack.ts~',
  'infra/stack.ts.orig',
  'lambda/launch.ts.rej',
  'lambda/README.md',
  'lambda/__pycache__/x',
  'infra/.DS_Store',
  'cli/main.ts',
  'test/x.ts',
])('%s does not count', (name) => {
  const before = sourcesHash(root);
  write(name, 'text');
  expect(sourcesHash(root)).toBe(before);
});

test('of the settings their values count, and nothing else', () => {
  const hash = (yaml: string) => settingsHash(parseSettings(yaml));
  const before = hash('app_url: https://example.com/a.git\nec2_timeout: 1h\n');
  expect(hash('# why\nec2_timeout: 1h\napp_url: https://example.com/a.git\n')).toBe(before);
  expect(hash('app_url: https://example.com/a.git\n')).toBe(before);
  expect(hash('app_url: https://example.com/a.git\nec2_timeout: 2h\n')).not.toBe(before);
});

test('where a file lies counts, and where one ends and the next begins', () => {
  const before = sourcesHash(root);
  rmSync(path.join(root, 'infra/stack.ts'));
  write('infra/other.ts', 'stack');
  const renamed = sourcesHash(root);
  write('infra/other.ts', 'stac');
  write('infra/pther.ts', 'k');
  expect(new Set([before, renamed, sourcesHash(root)]).size).toBe(3);
});

test("a library counts by its content, or else by its version, and the project's own version does not count", () => {
  const hashOf = (packages: object) => {
    write('package-lock.json', JSON.stringify({ packages }));
    return sourcesHash(root);
  };
  const zod = { 'node_modules/zod': { version: '1.0.0', integrity: 'sha512-a' } };
  const before = hashOf(zod);
  expect(hashOf({ 'node_modules/zod': { version: '1.0.0', integrity: 'sha512-b' } })).not.toBe(before);
  expect(hashOf({ 'node_modules/zod': { version: '1.0.0' } })).not.toBe(
    hashOf({ 'node_modules/zod': { version: '1.0.1' } }),
  );
  expect(hashOf({ ...zod, '': { version: '0.2.0' } })).toBe(before);
});

test('a hash has sixteen digits', () => {
  expect(sourcesHash(root)).toMatch(/^[0-9a-f]{16}$/);
  expect(settingsHash(parseSettings('app_url: https://example.com/a.git\n'))).toMatch(/^[0-9a-f]{16}$/);
});
