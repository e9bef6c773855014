import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { python3 } from '../../bin/requirements';
import { ROOTFS } from '../contract/runner';

// The credential is told to the server of app_url alone, in whatever words git asks.

const RUNNER = path.join(ROOTFS, 'usr/lib/lambda-ec2');
const PYTHON = python3() ?? 'python3';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askpass-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function ask(question: string, appUrl = 'https://git.example/team/app.git') {
  const env = { PATH: process.env.PATH, GIT_SECRET_DIR: dir, GIT_SECRET_URL: appUrl };
  return spawnSync(PYTHON, ['-B', '-I', '-S', RUNNER, 'askpass', question], { env, encoding: 'utf8' });
}

function store() {
  writeFileSync(path.join(dir, 'username'), 'robot');
  writeFileSync(path.join(dir, 'password'), 's3cret');
}

test.each([
  ["Username for 'https://git.example': ", 'robot'],
  ["Password for 'https://robot@git.example': ", 's3cret'],
  ["Password for 'https://robot@mail.example@git.example': ", 's3cret'],
  ["Password for 'https://o'hara@git.example': ", 's3cret'],
  ["Password for 'https://git.example/': ", 's3cret'],
  ["Username for 'https://GIT.example': ", 'robot'],
  ['Username for "https://git.example"', 'robot'],
  ['Password for "https://robot@git.example"', 's3cret'],
])('%s has an answer', (question, answer) => {
  store();
  expect(ask(question)).toMatchObject({ status: 0, stdout: answer, stderr: '' });
});

test.each([
  ['https://git.example:8443/@team/app.git', "Username for 'https://git.example:8443': "],
  ['https://robot@git.example/app.git', "Password for 'https://robot@git.example': "],
  ['https://Git.Example', "Username for 'https://git.example': "],
])('the server of %s has an answer', (appUrl, question) => {
  store();
  expect(ask(question, appUrl).status).toBe(0);
});

test.each([
  'https://other.example',
  'http://git.example',
  'https://git.example:8443',
  'https://git.example.other.example',
  'https://sub.git.example',
  'https://git.example@other.example',
  'https://git.example/x@other.example',
])('%s has none', (server) => {
  store();
  for (const what of ['Username', 'Password']) {
    expect(ask(`${what} for "${server}"`)).toMatchObject({ status: 1, stdout: '' });
    const { status, stdout, stderr } = ask(`${what} for '${server}': `);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^fatal: .* asks for a password, and app_credentials is told to https:\/\/git\.example alone\n$/,
    );
  }
});

test.each(['git@git.example:app.git', '/srv/app', 'file:///srv/app', ''])(
  'an app from %s has none to give',
  (appUrl) => {
    store();
    expect(ask("Username for 'https://git.example': ", appUrl)).toMatchObject({ status: 1, stdout: '' });
  },
);

test('a server that asks where there is no credential is named', () => {
  expect(ask("Username for 'https://git.example': ")).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'fatal: https://git.example asks for a user name and password, and app_credentials gives none\n',
  });
});
