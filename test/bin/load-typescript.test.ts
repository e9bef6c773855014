import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { javaScriptOf } from '../../bin/load-typescript';

const ROOT = path.join(__dirname, '../..');
const BIN = path.join(ROOT, 'bin/lambda-ec2.js');

let dir: string;
let source: string;
let cache: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'load-typescript-'));
  source = path.join(dir, 'source.ts');
  cache = path.join(dir, 'cache');
  writeFileSync(source, 'export const answer: number = 1;\n');
});
afterEach(() => rmSync(dir, { recursive: true }));

const keptFiles = () => readdirSync(cache).map((name) => path.join(cache, name));

test('a source is compiled once, and again when its content is another', () => {
  const first = javaScriptOf(source, cache);
  expect(first).toMatch(/answer = 1;/);
  expect(javaScriptOf(source, cache)).toBe(first);
  expect(keptFiles()).toHaveLength(1);
  writeFileSync(source, 'export const answer: number = 2;\n');
  expect(javaScriptOf(source, cache)).toMatch(/answer = 2;/);
});

test.each([
  ['cut off', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['another text', (text: string) => text.replace('answer = 1', 'answer = 3')],
])('a kept file that is %s is made again', (_, damage) => {
  const whole = javaScriptOf(source, cache);
  const [file = ''] = keptFiles();
  writeFileSync(file, damage(readFileSync(file, 'utf8')));
  expect(javaScriptOf(source, cache)).toBe(whole);
  expect(keptFiles()).toEqual([file]);
  expect(readFileSync(file, 'utf8')).toContain(whole);
});

test('where nothing can be kept the source is compiled each time', () => {
  writeFileSync(cache, 'a file where the folder should be');
  expect(javaScriptOf(source, cache)).toMatch(/answer = 1;/);
  expect(javaScriptOf(source, '/dev/full/cache')).toMatch(/answer = 1;/);
});

test('a mistake in a source is told, and is not kept', () => {
  writeFileSync(source, 'const = ;');
  expect(() => javaScriptOf(source, cache)).toThrow(/source\.ts/);
  expect(() => readdirSync(cache)).toThrow();
});

/** A repository of one source, with this one's loader and packages. */
function aRepository(main: string): string {
  for (const name of ['cache.js', 'load-typescript.js', 'lambda-ec2.js']) {
    cpSync(path.join(ROOT, 'bin', name), path.join(dir, 'bin', name));
  }
  for (const folder of ['cli', 'node_modules']) mkdirSync(path.join(dir, folder));
  symlinkSync(path.join(ROOT, 'node_modules/@swc'), path.join(dir, 'node_modules/@swc'));
  writeFileSync(path.join(dir, 'cli/main.ts'), main);
  return path.join(dir, 'bin/lambda-ec2.js');
}

test('many first starts at once leave one whole file', async () => {
  const bin = aRepository('const text: string = __dirname;\nconsole.log(text);\n');
  const starts = Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, [bin], { cwd: tmpdir() }));
  const said = await Promise.all(starts);
  // A source finds the files beside it.
  expect(new Set(said.map(({ stdout }) => stdout))).toEqual(new Set([`${path.join(dir, 'cli')}\n`]));
  expect(readdirSync(path.join(dir, 'node_modules/.cache/lambda-ec2/sources'))).toEqual([
    expect.stringMatching(/^[0-9a-f]{64}\.js$/),
  ]);
});

test('the stack of a defect tells the lines of the source, at each start', async () => {
  const bin = aRepository('interface Gone {\n  a: 1;\n}\n\nexport const none = (a?: Gone) => a!.a;\nnone();\n');
  for (let start = 0; start < 2; start++) {
    const failed = promisify(execFile)(process.execPath, [bin]);
    await expect(failed).rejects.toMatchObject({ stderr: expect.stringMatching(/cli\/main\.ts:5:\d+/) });
  }
});

/** The packages that a start of the command has loaded, by way of a module that looks at its end. */
function packagesLoadedBy(...args: string[]): string[] {
  const look = path.join(dir, 'look.js');
  const out = path.join(dir, 'loaded');
  writeFileSync(
    look,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(out)}, Object.keys(require.cache).join('\\n')))`,
  );
  execFileSync(process.execPath, ['--require', look, BIN, ...args], { cwd: dir });
  const names = readFileSync(out, 'utf8').matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
  return [...new Set([...names].map(([, name = '']) => name))].sort();
}

const HEAVY = /^(@aws-sdk|@smithy|@swc\/core-|aws-cdk-lib|esbuild|ts-node|typescript|yaml|zod)/;

test.each([
  ['--help'],
  ['--version'],
  ['completion', 'bash'],
  ['complete', 'bash', 'lambda-ec2 se'],
  ['complete', 'bash', 'lambda-ec2 show '],
])('%s %s loads no compiler and nothing that only a verb needs', (...words) => {
  packagesLoadedBy(...words);
  expect(packagesLoadedBy(...words).filter((name) => HEAVY.test(name))).toEqual([]);
});
