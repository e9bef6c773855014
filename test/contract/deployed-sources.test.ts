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
  write('package.json', '{"dependencies":{"zod":"1.0.0"}}');
  write('infra/stack.ts', 'stack');
  write('lambda/launch.ts', 'launch');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};

test('the same sources elsewhere have the same hash', () => {
  const copy = `${root}-copy`;
  cpSync(root, copy, { recursive: true });
  expect(sourcesHash(copy)).toBe(sourcesHash(root));
  rmSync(copy, { recursive: true });
});

test.each([
  ['a changed source', 'infra/stack.ts'],
  ['a new source', 'runner-script/rootfs/new.py'],
  ['another version of a library', 'package.json'],
])('%s gives another one', (_, name) => {
  const before = sourcesHash(root);
  write(name, '{"dependencies":{"zod":"2.0.0"}}');
  expect(sourcesHash(root)).not.toBe(before);
});

test.each(['lambda/README.md', 'lambda/__pycache__/x', 'infra/.DS_Store', 'cli/main.ts', 'test/x.ts'])(
  '%s does not count',
  (name) => {
    const before = sourcesHash(root);
    write(name, 'text');
    expect(sourcesHash(root)).toBe(before);
  },
);

test('of the settings their values count, and nothing else', () => {
  const hash = (yaml: string) => settingsHash(parseSettings(yaml));
  const before = hash('app_url: https://example.com/a.git\nec2_timeout: 1h\n');
  expect(hash('# why\nec2_timeout: 1h\napp_url: https://example.com/a.git\n')).toBe(before);
  expect(hash('app_url: https://example.com/a.git\n')).toBe(before);
  expect(hash('app_url: https://example.com/a.git\nec2_timeout: 2h\n')).not.toBe(before);
});
