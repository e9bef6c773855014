import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const CLI = path.join(__dirname, '../../cli');

test('every client of a command has its proxy, its certificates and its credentials: none is made with nothing', () => {
  const files = readdirSync(CLI, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const texts = files.map((name) => [name, readFileSync(path.join(CLI, name), 'utf8')] as const);
  expect(texts.filter(([, text]) => /new \w+Client\(/.test(text)).length).toBeGreaterThan(10);
  const bare = texts.filter(([, text]) => /new \w+Client\(\s*(\{\s*\}|\)|\{(?!\s*\.\.\.))/.test(text));
  expect(bare.map(([name]) => name)).toEqual([]);
});
