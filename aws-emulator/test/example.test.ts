import { readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(__dirname, '..');

test("the README's program is example.ts, and does what it says", async () => {
  const text = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');
  expect(text).toContain(readFileSync(path.join(FOLDER, 'example.ts'), 'utf8'));
  const printed = new Promise((resolve) => jest.spyOn(console, 'log').mockImplementationOnce(resolve));
  await import('../example');
  expect(await printed).toBe('a.txt');
});
