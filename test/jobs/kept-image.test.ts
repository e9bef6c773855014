import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keptImage } from '../../local/instance/kept-image';
import { findPython } from '../../local/instance/python';

let dir: string;
let rootfs: string;
let version: string;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'kept-image-'));
  rootfs = path.join(dir, 'rootfs');
  cpSync(path.join(__dirname, '../../runner-script/rootfs'), rootfs, { recursive: true });
  const { interpreter } = await findPython('3');
  version = interpreter.version.split('.').slice(0, 2).join('.');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const kept = () => path.join(dir, 'kept');
const inKept = () => (existsSync(kept()) ? readdirSync(kept()) : []);
const make = (name: string, pythonVersion = version, folder = kept()) =>
  keptImage({ rootfs, dir: path.join(dir, name), pythonVersion }, folder);
/** When the interpreter was put there: of an image that was made again another time. */
const madeAt = (name: string) => statSync(path.join(dir, name, `opt/python${version}/bin/python3`)).mtimeMs;

test('an image is made once, and the next one has the same files and says the same', async () => {
  const first = await make('first');
  const second = await make('second');
  expect({ ...second, dir: first.dir }).toEqual(first);
  const files = (name: string) => readdirSync(path.join(dir, name), { recursive: true }).sort();
  expect(files('second')).toEqual(files('first'));
  expect(madeAt('second')).toBe(madeAt('first'));
  expect(inKept()).toHaveLength(1);
});

test('one that somebody has changed is made again', async () => {
  await make('before');
  const [name = ''] = inKept();
  appendFileSync(path.join(kept(), name, 'root/opt/pip/pip/__init__.py'), 'raise SystemExit\n');
  await make('after');
  expect(madeAt('after')).not.toBe(madeAt('before'));
  await make('later');
  expect(madeAt('later')).toBe(madeAt('after'));
});

test('another runner is another image, and one that nobody has used for days goes', async () => {
  await make('old');
  const [old = ''] = inKept();
  const longAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
  utimesSync(path.join(kept(), old, 'image.json'), longAgo, longAgo);
  writeFileSync(path.join(rootfs, 'etc/new.conf'), 'new\n');
  await make('new');
  expect(existsSync(path.join(dir, 'new/etc/new.conf'))).toBe(true);
  expect(inKept()).toEqual([expect.not.stringContaining(old)]);
});

test('an image whose Python is not the wanted one is not kept', async () => {
  const image = await make('fallback', '3.4', path.join(dir, 'none'));
  expect(image.python.fallback).toBe(true);
  expect(existsSync(path.join(dir, 'none'))).toBe(false);
});

test('where nothing can be kept there is an image nevertheless', async () => {
  writeFileSync(path.join(dir, 'file'), '');
  chmodSync(path.join(dir, 'file'), 0o400);
  const image = await make('unkept', version, path.join(dir, 'file/below'));
  expect(existsSync(path.join(image.dir, 'opt/pip/pip'))).toBe(true);
});
