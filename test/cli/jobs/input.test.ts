import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareInput } from '../../../cli/jobs/input';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'input-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const python = (script: string, ...args: string[]) =>
  execFileSync('python3', ['-c', `import sys, zipfile\n${script}`, ...args], { cwd: dir, encoding: 'utf8' });
const namesIn = (file: string) => python('print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep="\\n", end="")', file);
const refusal = (given: string, id?: string) =>
  prepareInput(given, id).then(
    () => 'none',
    ({ message, exitCode }) => `${exitCode}: ${message}`,
  );

/** A folder with these files. */
function folder(name: string, ...files: string[]): string {
  for (const file of files) {
    mkdirSync(path.join(dir, name, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(dir, name, file), file);
  }
  return path.join(dir, name);
}

test('a folder is packed with all its files, and nothing is left of that', async () => {
  const given = folder('march', 'b.csv', 'sub/ü.csv', '.hidden');
  symlinkSync(path.join(given, 'b.csv'), path.join(given, 'link.csv'));
  const { input, jobId, remove } = await prepareInput(`${given}/`);
  expect(jobId).toBe('march');
  const { file } = input as { file: string };
  expect(namesIn(file).split('\n')).toEqual(['.hidden', 'b.csv', 'link.csv', 'sub/ü.csv']);
  remove();
  expect(existsSync(path.dirname(file))).toBe(false);
});

test('what of a folder cannot be packed is named', async () => {
  const given = folder('march', 'a.csv', 'sub/b.csv');
  symlinkSync('nowhere', path.join(given, 'dangling'));
  expect(await refusal(given)).toMatch(/^2: .*march\/dangling: .*take it out/);
  rmSync(path.join(given, 'dangling'));
  symlinkSync('sub', path.join(given, 'other'));
  expect(await refusal(given)).toMatch(/^2: .*march\/other: /);
  mkdirSync(path.join(dir, 'empty/sub'), { recursive: true });
  expect(await refusal(path.join(dir, 'empty'))).toMatch(/^2: .*the folder is empty/);
});

test('an interrupt ends the packing of a folder', async () => {
  const packed = prepareInput(folder('march', 'a.csv'), undefined, AbortSignal.abort());
  await expect(packed).rejects.toMatchObject({ name: 'AbortError' });
});

test('a zip file is opened before it is uploaded; whatever its names are is up to the app', async () => {
  python(`
zipfile.ZipFile('empty.zip', 'w').close()
zipfile.ZipFile('absolute.zip', 'w').writestr('/etc/x', '1')
zipfile.ZipFile('windows.ZIP', 'w').writestr('a\\\\b', '1')
open('text.zip', 'w').write('no zip file')
whole = open('absolute.zip', 'rb').read()
open('half.zip', 'wb').write(whole[:len(whole) // 2])
open('nothing.zip', 'w')
`);
  const at = (name: string) => path.join(dir, name);
  expect((await prepareInput(at('absolute.zip'))).jobId).toBe('absolute');
  expect((await prepareInput(at('windows.ZIP'))).jobId).toBe('windows');
  expect(await refusal(at('empty.zip'))).toMatch(/^2: .*empty.zip: the zip file is empty/);
  for (const name of ['text.zip', 'half.zip', 'nothing.zip']) {
    expect(await refusal(at(name))).toMatch(new RegExp(`^2: .*${name}: it cannot be opened as a zip file`));
  }
});

test.each([
  ['nowhere.zip', 'there is no such file or folder'],
  ['s3://bucket', 'write an object as s3://BUCKET/KEY'],
  ['s3://bucket/data.csv', 'an input is a zip file'],
  [__filename, 'an input is a .zip file or a folder'],
  ['/dev/null', 'no file and no folder'],
])('%s is no input', async (given, why) => {
  expect(await refusal(given)).toMatch(new RegExp(`^2: .*${why}`));
});

test('an object of S3 is an input by its key, and a job id is checked before anything else', async () => {
  const { input, jobId } = await prepareInput('s3://bucket/in/may.zip');
  expect([input, jobId]).toEqual([{ kind: 'object', bucket: 'bucket', key: 'in/may.zip' }, 'may']);
  expect((await prepareInput('s3://bucket/in/may.zip', '2026/may')).jobId).toBe('2026/may');
  expect(await refusal('s3://bucket/in/may.zip', 'a\u001bb')).toMatch(/^2: .*control character/);
  expect(await refusal('s3://bucket/in/may.zip', '')).toMatch(/^2: /);
  expect(await refusal('s3://bucket/in/may.zip', '../x')).toMatch(/^2: /);
});
