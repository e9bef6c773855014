import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const EXAMPLE = path.join(__dirname, '../../example/plain-files');

let app: string;
beforeEach(() => {
  app = path.join(mkdtempSync(path.join(tmpdir(), 'plain-files-')), 'app');
  cpSync(EXAMPLE, app, { recursive: true });
});
afterEach(() => rmSync(path.dirname(app), { recursive: true, force: true }));

const python = (...args: string[]) => execFileSync('python3', args, { cwd: app, encoding: 'utf8' });
const zipInput = (...files: string[]) => python('-m', 'zipfile', '-c', 'input.zip', ...files);
const main = () => spawnSync('python3', ['main.py'], { cwd: app, encoding: 'utf8' });
const listOutput = () => python('-m', 'zipfile', '-l', 'output.zip');
const readOutput = (name: string) =>
  python('-c', `import zipfile; print(zipfile.ZipFile('output.zip').read('${name}').decode(), end='')`);
/** Another script in place of the example's. */
const withScript = (text: string) => writeFileSync(path.join(app, 'count_words.py'), text);

test('the commands of its README run the script on the input, with the arguments that lie in it', () => {
  const lines = readFileSync(path.join(app, 'README.md'), 'utf8').match(/^ {4}python3 .*$/gm) ?? [];
  expect(lines).toHaveLength(2);
  const said = lines.map((line) => execFileSync('sh', ['-c', line], { cwd: app, encoding: 'utf8' }));
  expect(said.at(-1)).toBe('counted 2 files\n1 files in output.zip\n');
  expect(readOutput('words.csv')).toBe('file,words\nfirst.txt,5\n');
  expect(existsSync(path.join(app, 'output.zip.part'))).toBe(false);
});

test('without a file of arguments there are none', () => {
  zipInput('input/second.txt');
  expect(main()).toMatchObject({ status: 0 });
  expect(readOutput('words.csv')).toBe('file,words\nsecond.txt,2\n');
});

test('folders of the output are kept, and files of an earlier run are not', () => {
  zipInput('input/first.txt');
  main();
  withScript("import os, sys\nos.makedirs(sys.argv[2] + '/a/b')\nopen(sys.argv[2] + '/a/b/c.txt', 'w').close()\n");
  main();
  expect(listOutput()).toMatch(/^a\/b\/c\.txt /m);
  expect(listOutput()).not.toContain('words.csv');
});

test.each([
  ['an exit status', 'raise SystemExit(7)', 7],
  ['an error', "raise ValueError('no')", 1],
  ['a signal', 'import os\nos.kill(os.getpid(), 9)', 137],
])('a script that ends with %s ends the job so, and what it had written is there', (_, end, status) => {
  zipInput('input/first.txt');
  withScript(`import sys\nopen(sys.argv[2] + '/half.txt', 'w').close()\n${end}\n`);
  expect(main()).toMatchObject({ status });
  expect(listOutput()).toContain('half.txt');
});

test('a script that writes nothing fails the job in one sentence, and makes no output', () => {
  zipInput('input/first.txt');
  withScript('');
  expect(main()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^count_words\.py .* wrote no file into out\n$/),
  });
  expect(existsSync(path.join(app, 'output.zip'))).toBe(false);
});

test('an input that is no zip file fails the job in one sentence', () => {
  writeFileSync(path.join(app, 'input.zip'), 'no zip');
  expect(main()).toMatchObject({ status: 1, stderr: 'bad input: File is not a zip file\n' });
});

test.each(['main.py', 'count_words.py'])('%s is Python 3.6', (file) => {
  python('-c', `import ast; ast.parse(open('${file}').read(), feature_version=(3, 6))`);
});
