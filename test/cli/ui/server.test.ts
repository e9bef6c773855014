import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { html } from '../../../cli/ui/html';
import { startServer, type UiServer } from '../../../cli/ui/server';
import { EXIT, UserError } from '../../../contract/user-error';

const defects: unknown[] = [];
const views: Record<string, () => Promise<{ title: string; content: ReturnType<typeof html> }>> = {
  '': async () => ({ title: 'Jobs', content: html`<p>the jobs</p>` }),
  missing: () => Promise.reject(new UserError('there is no job x', EXIT.missing)),
  wrong: () => Promise.reject(new UserError('page 0: give a whole number', EXIT.usage)),
  denied: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: {} })),
  broken: () => Promise.reject(new TypeError('<b>defect')),
};
let server: UiServer;

beforeAll(async () => {
  server = await startServer({
    viewOf: (path) => (Object.hasOwn(views, path) ? views[path]?.() : undefined),
    render: ({ title, content }) => `${title}: ${content.text}`,
    onDefect: (error) => void defects.push(error),
  });
});
afterAll(() => server.close());

/** The status line's number and the whole answer to a request as it is written, which no client would write so. */
async function ask(path: string, { method = 'GET', host = new URL(server.url).host } = {}) {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\n${host && `Host: ${host}\r\n`}Connection: close\r\n\r\n`);
  const whole = await text(socket);
  return { status: Number(whole.split(' ')[1]), whole };
}

const token = () => new URL(server.url).pathname;

test('it is on loopback, with a token that cannot be guessed', () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/[\w-]{32}\/$/);
});

test('whoever has the token sees the page, which nothing keeps, frames or shares', async () => {
  const response = await fetch(server.url);
  expect([response.status, await response.text()]).toEqual([200, 'Jobs: <p>the jobs</p>']);
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-type': 'text/html; charset=utf-8',
  });
  expect(response.headers.has('access-control-allow-origin')).toBe(false);
});

test.each([
  ['no token', () => '/'],
  ['another token', () => `/${'x'.repeat(32)}/`],
  ['the beginning of the token', () => `${token().slice(0, -2)}/`],
  ['the token as a query', () => `/?token=${token().slice(1, -1)}`],
  ['the token further on', () => `/x${token()}`],
  ['nothing behind the token', () => token().slice(0, -1)],
  ['another origin as the path', () => `http://evil.example${token()}`],
])('%s is refused', async (_, path) => {
  const { status, whole } = await ask(path());
  expect(status).toBe(403);
  expect(whole).not.toContain('the jobs');
});

test.each([
  'evil.example',
  'evil.example:80',
  '127.0.0.1.evil.example',
  '10.0.0.1',
  'localhost.evil',
  '127.0.0.1@evil',
])('the host %s was made to lead here, and is refused', async (host) => {
  expect((await ask(token(), { host })).status).toBe(403);
});

test('without a host nothing is answered', async () => {
  expect((await ask(token(), { host: '' })).status).toBe(400);
});

test.each(['localhost', 'localhost:8080', '127.0.0.1:9', '[::1]:80'])(
  'the host %s is this machine, as seen through a forwarded port',
  async (host) => {
    expect((await ask(token(), { host })).status).toBe(200);
  },
);

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused, with what there is', async (method) => {
  const { status, whole } = await ask(token(), { method });
  expect(status).toBe(405);
  expect(whole).toMatch(/^allow: GET, HEAD\r$/im);
});

test('HEAD answers with the head alone', async () => {
  const response = await fetch(server.url, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test.each(['../../../../etc/passwd', '..%2f..%2fetc%2fpasswd', '%2e%2e/%2e%2e/etc/passwd', 'constructor', '__proto__'])(
  'the path %s leads nowhere',
  async (path) => {
    const { status, whole } = await ask(`${token()}${path}`);
    expect(status).toBe(404);
    expect(whole).not.toContain('root:');
  },
);

test('an error is a page of its own with a sentence, and the page goes on', async () => {
  const seen = async (path: string) => {
    const response = await fetch(server.url + path);
    return `${response.status} ${await response.text()}`;
  };
  expect(await seen('missing')).toMatch(/^404 .*there is no job x/);
  expect(await seen('wrong')).toMatch(/^400 .*page 0/);
  expect(await seen('denied')).toMatch(/^502 .*AWS does not allow it/);
  expect(defects).toEqual([]);
  expect(await seen('broken')).toMatch(/^500 .*&lt;b&gt;defect/);
  expect(defects).toHaveLength(1);
  expect(await seen('')).toContain('the jobs');
});

test('an address for once lets in once', async () => {
  const url = server.urlForOnce();
  expect(url).not.toContain(token());
  const first = await fetch(url, { redirect: 'manual' });
  expect([first.status, first.headers.get('location')]).toEqual([303, token()]);
  expect((await fetch(url)).status).toBe(403);
});
