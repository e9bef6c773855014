import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareTools } from '../../../local/instance/tools';

let dir: string;
const before = process.env.PATH;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-tools-test-'));
});

afterEach(() => {
  process.env.PATH = before;
  rmSync(dir, { recursive: true });
});

/** A folder for the PATH with an AWS CLI that says this of its version, and notes its calls in `calls`. */
function cli(name: string, version: string, status = 0): string {
  const folder = path.join(dir, name);
  mkdirSync(folder);
  const script = `#!/bin/sh\necho "${name} $*" >> '${dir}/calls'\necho '${version}'\nexit ${status}\n`;
  writeFileSync(path.join(folder, 'aws'), script, { mode: 0o755 });
  return folder;
}

function aws(folders: string[], ...words: string[]): string {
  process.env.PATH = [...folders, '/usr/bin', '/bin'].join(':');
  const tools = path.join(dir, 'tools');
  prepareTools(tools);
  return execFileSync(path.join(tools, 'aws'), words, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
}

const calls = () => readFileSync(path.join(dir, 'calls'), 'utf8').trim().split('\n');

test('the first AWS CLI of this machine that obeys AWS_ENDPOINT_URL is the one of the instances', () => {
  const folders = [
    cli('old1', 'aws-cli/1.28.9 Python/3.11'),
    cli('broken', 'aws-cli/2.20.0', 1),
    cli('old2', 'aws-cli/2.12.7 Python/3.11'),
    cli('other', 'aws-of-somebody 3'),
    cli('good', 'aws-cli/2.13.0 Python/3.11'),
    cli('later', 'aws-cli/2.20.0 Python/3.11'),
  ];
  expect(aws(folders, 's3', 'cp', 'a b')).toBe('aws-cli/2.13.0 Python/3.11\n');
  expect(calls().slice(-2)).toEqual(['good --version', 'good s3 cp a b']);
});

test.each([
  ['aws-cli/1.29.0', true],
  ['aws-cli/1.9.15', false],
  ['aws-cli/1.100.0', true],
  ['aws-cli/2.9.19', false],
  ['aws-cli/2.1.39', false],
  ['aws-cli/2.100.0', true],
  ['aws-cli/3.0.0', true],
])('%s obeys AWS_ENDPOINT_URL: %s', (version, obeys) => {
  const said = aws([cli('one', `${version} Python/3`)], '--version');
  expect(said.startsWith(version)).toBe(obeys);
  if (!obeys) expect(said).toContain('lambda-ec2-emulator');
});

test('which one it is is found out once', () => {
  aws([cli('good', 'aws-cli/2.20.0')], 'first');
  const again = path.join(dir, 'tools', 'aws');
  execFileSync(again, ['second'], { env: { PATH: '/usr/bin:/bin' } });
  expect(calls()).toEqual(['good --version', 'good first', 'good second']);
});
