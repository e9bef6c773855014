import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../build/bundle';
import { withLiteralKeys } from '../../build/sdk-schemas';

/** What each function's bundle had when it was last looked at: `node build/bundle.js`. A cold start reads all of it. */
const KILOBYTES = { guard: 548, launch: 653, metrics: 506, notifications: 398, publish: 487 };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'bundle-sizes-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('no bundle has grown by more than a tenth, and none has shrunk by as much without being written down', () => {
  const sizes = Object.entries(bundle(dir)).map(([name, file]) => [name, statSync(file).size / 1000] as const);
  expect(sizes.map(([name]) => name)).toEqual(Object.keys(KILOBYTES));
  const off = sizes.filter(([name, size]) => Math.abs(size / KILOBYTES[name as keyof typeof KILOBYTES] - 1) > 0.1);
  expect(off).toEqual([]);
});

test('a bundle of something that cannot be bundled fails with the words of esbuild', () => {
  expect(() => bundle(dir, ['nothing'])).toThrow(/Could not resolve "lambda\/nothing\/index.ts"/);
});

test('keys that are constants of the same file are written as what they are, and all else stays', () => {
  const source = `const _xN = "xml\\"Name";
const _BDM = "b";
let other = 'x';
export var A$ = [3, [() => B, { [_xN]: _BDM, [other]: 1, [1]: _xN[_BDM] }]];
`;
  expect(withLiteralKeys(source)).toBe(source.replace('[_xN]:', '"xml\\"Name":'));
});
