import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stagedFolder } from '../../infra/staged-folder';

const folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-staged-test-'));
const umask = process.umask();
afterEach(() => process.umask(umask));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with one file in a folder of its own. */
function source(name: string, content: string | Buffer): string {
  const place = path.join(folder, name);
  mkdirSync(path.join(place, 'inner'), { recursive: true });
  writeFileSync(path.join(place, 'inner', 'file'), content);
  return place;
}

test('everybody may read what is uploaded, whatever the modes and the umask of the machine', () => {
  const place = source('private', 'text\n');
  chmodSync(path.join(place, 'inner', 'file'), 0o600);
  chmodSync(path.join(place, 'inner'), 0o700);
  process.umask(0o077);
  const copy = stagedFolder(place);
  expect(statSync(path.join(copy, 'inner', 'file')).mode & 0o777).toBe(0o644);
  expect([copy, path.join(copy, 'inner')].map((one) => statSync(one).mode & 0o777)).toEqual([0o755, 0o755]);
});

test('lines end in LF, as the scripts of an instance must, and nothing else of a file is changed', () => {
  const staged = (name: string, content: string | Buffer) =>
    readFileSync(path.join(stagedFolder(source(name, content)), 'inner', 'file'));
  expect(staged('text', '#!/bin/sh\r\necho "é\r"\r\n').toString()).toBe('#!/bin/sh\necho "é\r"\n');
  const binary = Buffer.from([0, 13, 10, 255]);
  expect(staged('binary', binary)).toEqual(binary);
  const notUtf8 = Buffer.from([0xff, 0xfe, 13, 10, 0x80]);
  expect(staged('latin', notUtf8)).toEqual(Buffer.from([0xff, 0xfe, 10, 0x80]));
});
