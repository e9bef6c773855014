import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareTools } from '../../local/instance/tools';
import { alongside } from '../contract/shell';

// Uploads are bounded and retried: a service that hangs cannot keep an instance, and one that stumbles loses nothing.

let dir: string;
let server: Server | undefined;
const sockets: Socket[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'uploads-test-'));
  // Fresh, so that nobody asks the instance metadata for others.
  writeFileSync(path.join(dir, 'credentials'), 'user = "AKIDTEST:secret"\n');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  rmSync(dir, { recursive: true, force: true });
});

async function listen(started: Server): Promise<string> {
  server = started.on('connection', (socket) => sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

/** Uploads a file of this size with the runner's own function, within so many seconds. */
async function upload(url: string, bytes: number, seconds: number) {
  writeFileSync(path.join(dir, 'file'), Buffer.alloc(bytes, 'x'));
  const tools = await prepareTools(path.join(dir, 'tools'));
  const script = `JOB_BUCKET=jobs REGION=eu-west-1; s3::upload out/k "$1" text/plain ${seconds}`;
  return alongside(['contract', 'log', 'clock', 'json', 'job-line', 'aws', 's3'], script, {
    stateDir: dir,
    args: [path.join(dir, 'file')],
    env: {
      PATH: `${process.env.PATH}:${tools.dir}`,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
  });
}

test.each([
  ['small', 100],
  ['large', 9 << 20],
])('a %s upload to a server that never answers ends within its limit', async (_, bytes) => {
  const url = await listen(createServer(() => {}));
  const { code } = await upload(url, bytes, 3);
  expect(code).toBe(1);
});

test('a fault of the service is tried again until the upload is there', async () => {
  let calls = 0;
  const url = await listen(
    createHttpServer((request, response) => {
      calls += 1;
      request.resume().on('end', () => response.writeHead(calls < 3 ? 503 : 200).end());
    }),
  );
  expect((await upload(url, 100, 30)).code).toBe(0);
  expect(calls).toBe(3);
});

test('a refusal is not tried again, and is told', async () => {
  let calls = 0;
  const url = await listen(
    createHttpServer((request, response) => {
      calls += 1;
      request.resume().on('end', () => response.writeHead(404).end());
    }),
  );
  const { code, stderr } = await upload(url, 100, 30);
  expect([code, calls]).toEqual([1, 1]);
  expect(stderr).toContain('uploading out/k: S3 answered 404');
});

test('an answer that breaks off is no answer', async () => {
  let calls = 0;
  const url = await listen(
    createHttpServer((request, response) => {
      calls += 1;
      request.resume().on('end', () => {
        if (calls > 1) response.writeHead(200).end();
        else {
          response.writeHead(200, { 'content-length': '100' });
          response.write('half', () => response.destroy());
        }
      });
    }),
  );
  expect((await upload(url, 100, 30)).code).toBe(0);
  expect(calls).toBe(2);
});
