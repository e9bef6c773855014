import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { appSource } from '../../cli/shared/app-source';

// What the user has in front of them is what runs, and a run never reaches back into their folder.

let dir: string;
let app: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'app-source-test-'));
  app = path.join(dir, 'app');
  write('app/main.py', 'print(1)');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(file: string, text: string) {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), text);
}

function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, '-C', folder, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

function repository(folder: string) {
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '-m', 'app');
}

/** What the runner gets: a fresh clone of the source. */
function cloned(folder = app): string {
  const { url } = appSource(folder, undefined, path.join(dir, 'work'));
  const target = path.join(dir, 'clone');
  git(dir, 'clone', '--quiet', '--recurse-submodules', url, target);
  return target;
}

test('a clean checkout is its own source, one with changes is a snapshot with a note', () => {
  repository(app);
  expect(appSource(app, undefined, dir)).toEqual({ url: pathToFileURL(app).href });

  write('app/new.py', 'print(2)');
  const { url, warning } = appSource(app, undefined, path.join(dir, 'work'));
  expect(warning).toMatch(/uncommitted/);
  expect(readFileSync(path.join(fileURLToPath(url), 'new.py'), 'utf8')).toBe('print(2)');
});

test.each([false, true])('links stay as they are, whether they lead anywhere or not (in a repository: %s)', (inGit) => {
  write('app/data/v1/x.txt', 'one');
  symlinkSync('v1', path.join(app, 'data/current'));
  if (inGit) repository(app);
  symlinkSync('made-at-run-time', path.join(app, 'later'));

  const clone = cloned();

  expect(readlinkSync(path.join(clone, 'data/current'))).toBe('v1');
  expect(readlinkSync(path.join(clone, 'later'))).toBe('made-at-run-time');
  writeFileSync(path.join(clone, 'data/current/x.txt'), 'two');
  expect(readFileSync(path.join(app, 'data/v1/x.txt'), 'utf8')).toBe('one');
});

test.each([false, true])('a repository within the folder comes along with its files (in a repository: %s)', (inGit) => {
  write('app/vendored/part.py', 'print(3)');
  repository(path.join(app, 'vendored'));
  if (inGit) git(app, 'init', '--quiet');

  expect(readFileSync(path.join(cloned(), 'vendored/part.py'), 'utf8')).toBe('print(3)');
});

test('a submodule of a checkout with changes comes along as it is', () => {
  write('part/part.py', 'print(4)');
  repository(path.join(dir, 'part'));
  repository(app);
  git(app, 'submodule', '--quiet', 'add', pathToFileURL(path.join(dir, 'part')).href, 'lib');
  write('app/lib/part.py', 'print(5)');

  expect(readFileSync(path.join(cloned(), 'lib/part.py'), 'utf8')).toBe('print(5)');
});

test('of a folder within a repository, what that ignores stays away, unless it is all of it', () => {
  write('.gitignore', 'build\n*.tmp\n');
  write('app/a.tmp', '');
  write('build/app/main.py', 'print(6)');
  git(dir, 'init', '--quiet');

  expect(lstatSync(path.join(cloned(path.join(dir, 'build/app')), 'main.py')).isFile()).toBe(true);
  rmSync(path.join(dir, 'clone'), { recursive: true });
  rmSync(path.join(dir, 'work'), { recursive: true });
  const clone = cloned();
  expect(() => lstatSync(path.join(clone, 'a.tmp'))).toThrow('ENOENT');
  expect(lstatSync(path.join(clone, 'main.py')).isFile()).toBe(true);
});

test('a repository that git names in the environment, as it does for hooks, is left alone', () => {
  write('other/file', '');
  repository(path.join(dir, 'other'));
  const before = git(path.join(dir, 'other'), 'rev-parse', 'HEAD');
  process.env.GIT_DIR = path.join(dir, 'other/.git');
  process.env.GIT_INDEX_FILE = path.join(dir, 'other/.git/index');
  try {
    appSource(app, undefined, path.join(dir, 'work'));
  } finally {
    delete process.env.GIT_DIR;
    delete process.env.GIT_INDEX_FILE;
  }
  expect(git(path.join(dir, 'other'), 'rev-parse', 'HEAD')).toBe(before);
  expect(readdirSync(cloned())).toEqual(['.git', 'main.py']);
});

test('a checkout with more names than fit into a mebibyte keeps its ignored files to itself', () => {
  write('app/.gitignore', '.env\n');
  repository(app);
  write('app/.env', 'SECRET=1');
  const deep = ['files', ...['a', 'b', 'c'].map((letter) => letter.repeat(250))].join('/');
  for (let n = 0; n < 1200; n++) write(`app/${deep}/${'x'.repeat(180)}${n}`, '');

  const names = readdirSync(fileURLToPath(appSource(app, undefined, path.join(dir, 'work')).url));

  expect(names.sort()).toEqual(['.git', '.gitignore', 'files', 'main.py']);
});
