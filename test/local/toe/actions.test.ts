import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { runDocuments } from '../../../local/toe/run-document';
import { document, makeTestRoot, type TestRoot } from './a-root';

let root: TestRoot;
let dir: string;
beforeEach(() => {
  root = makeTestRoot();
  dir = root.dir;
});
afterEach(() => root.remove());

const run: TestRoot['run'] = (...args) => root.run(...args);

describe('files', () => {
  const make = (action: string, input: object) =>
    run([document({ build: [{ name: 'a', action, timeoutSeconds: 5, inputs: [input] }] })]);

  test('are made below the root with the mode that is asked for, and not over another', async () => {
    const input = { path: '/tmp/x', content: 'one', permissions: '0600' };
    await make('CreateFile', input);
    expect(statSync(path.join(dir, 'tmp/x')).mode & 0o777).toBe(0o600);
    expect(await make('CreateFile', { ...input, content: 'two' })).toMatchObject({
      failure: { message: '/tmp/x exists already' },
    });
    expect(await make('CreateFile', { ...input, content: 'two', overwrite: true })).toMatchObject({
      status: 'success',
    });
    expect(readFileSync(path.join(dir, 'tmp/x'), 'utf8')).toBe('two');
    expect(await make('DeleteFile', { path: '/tmp/x' })).toMatchObject({ status: 'success' });
    expect(await make('DeleteFile', { path: '/tmp/x' })).toMatchObject({
      failure: { message: '/tmp/x does not exist' },
    });
  });

  test('cannot lie outside of the root', async () => {
    await make('CreateFolder', { path: '/../../a/b', permissions: '0750' });
    expect(statSync(path.join(dir, 'a/b')).mode & 0o777).toBe(0o750);
  });

  test('come from S3 through whoever called', async () => {
    writeFileSync(path.join(dir, 'object'), 'content');
    const inputs = [{ source: 's3://bucket/key', destination: '/tmp/x' }];
    const data = document({ build: [{ name: 'a', action: 'S3Download', timeoutSeconds: 5, inputs }] });
    const asked: string[] = [];
    const fetchS3 = async (url: string) => {
      asked.push(url);
      return path.join(dir, 'object');
    };
    await run([data], { fetchS3 });
    expect(asked).toEqual(['s3://bucket/key']);
    expect(readFileSync(path.join(dir, 'tmp/x'), 'utf8')).toBe('content');
    expect(await run([data])).toMatchObject({ failure: { message: 's3://bucket/key: there is no S3 here' } });
  });
});

describe('a download', () => {
  let server: Server;
  let answers: number[];
  beforeEach(async () => {
    server = createServer((_, response) => response.writeHead(answers.shift() ?? 200).end('content'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  // The schema wants https; a reference passes it, and is what a test can point at a port.
  const get = (checksum: string) =>
    runDocuments({
      documents: [
        {
          data: document(
            {
              build: [
                {
                  name: 'a',
                  action: 'WebDownload',
                  timeoutSeconds: 20,
                  inputs: [{ source: '{{ Url }}', destination: '/tmp/x', checksum, algorithm: 'SHA256' }],
                },
              ],
            },
            { parameters: [{ Url: { type: 'string' } }] },
          ),
          parameters: { Url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x` },
        },
      ],
      root: { dir, kind: 'folder' },
    });
  const SUM = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73';

  test('is tried again when the answer is not 200', async () => {
    answers = [503, 404];
    expect(await get(SUM)).toMatchObject({ status: 'success' });
    expect(readFileSync(path.join(dir, 'tmp/x'), 'utf8')).toBe('content');
  });

  test('with another checksum fails and leaves no file', async () => {
    answers = [];
    expect(await get(SUM.replace('e', 'f'))).toMatchObject({
      failure: { message: expect.stringContaining(`SHA256 sum ${SUM}`) },
    });
    expect(existsSync(path.join(dir, 'tmp/x'))).toBe(false);
  });
});
