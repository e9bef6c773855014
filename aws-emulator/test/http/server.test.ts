import { connect } from 'node:net';
import type { Endpoint } from '../../http/server';
import { awsQuery, ec2Query } from '../../protocol/query';
import { restXml } from '../../protocol/rest-xml';
import { type Answer, anEcho, anEndpoint, aSigner, type Echoed, KEY, SESSION, send } from './helpers';

const S3 = restXml({}, '', async () => '');

let endpoint: Endpoint;
const defects: unknown[] = [];

beforeEach(async () => {
  defects.length = 0;
  const broken = { name: 'broken', handle: () => Promise.reject(new Error('a defect')) };
  endpoint = await anEndpoint(
    [anEcho('s3', S3), anEcho('ec2', ec2Query({}, '')), anEcho('sns', awsQuery({}, '')), anEcho('sqs'), broken],
    {
      onDefect: (error) => void defects.push(error),
    },
  );
});

afterEach(() => endpoint.close());

interface Sent {
  service?: string;
  method?: string;
  path?: string;
  query?: Record<string, string | string[]>;
  headers?: Record<string, string>;
  body?: string;
  credentials?: typeof KEY;
  at?: Date;
  /** Changes the signed request before it is sent. */
  tamper?: (signed: { path: string; headers: Record<string, string>; body: string }) => void;
}

async function signedSend({ service = 'sqs', method = 'POST', path = '/', body = '', ...more }: Sent): Promise<Answer> {
  const { host, hostname } = new URL(endpoint.url);
  const request = { protocol: 'http:', hostname, method, path, query: more.query ?? {}, body: body || undefined };
  const headers = { host, ...more.headers };
  const signed = await aSigner(service, more.credentials).sign({ ...request, headers }, { signingDate: more.at });
  const pairs = Object.entries(more.query ?? {}).flatMap(([k, v]) =>
    [v].flat().map((one) => [k, one] as [string, string]),
  );
  const search = new URLSearchParams(pairs).toString();
  const toSend = { path: search ? `${path}?${search}` : path, headers: signed.headers, body };
  more.tamper?.(toSend);
  return send(endpoint.url, { method, ...toSend });
}

const echoed = (answer: Answer): Echoed => JSON.parse(answer.body);
const minutes = (n: number) => new Date(Date.now() + n * 60_000);

test('a request goes to the service of its credential scope, with its caller and its whole body', async () => {
  const body = 'Action=RunInstances&'.repeat(5000);

  const answer = await signedSend({
    service: 'ec2',
    path: '/',
    query: { a: ['2', '1'], 'b c': "x+y'é", constructor: '' },
    body,
  });

  expect(answer.status).toBe(200);
  const { accessKeyId, url, ...rest } = echoed(answer);
  expect(accessKeyId).toBe(KEY.accessKeyId);
  expect(rest).toEqual({ method: 'POST', body });
  expect(new URL(url ?? '', endpoint.url).searchParams.getAll('a')).toEqual(['2', '1']);
});

test('temporary credentials need their session token', async () => {
  expect((await signedSend({ credentials: SESSION })).status).toBe(200);
  expect((await signedSend({ credentials: { ...SESSION, sessionToken: 'another' } as typeof KEY })).status).toBe(403);
  const { accessKeyId, secretAccessKey } = SESSION;
  expect((await signedSend({ credentials: { accessKeyId, secretAccessKey } })).status).toBe(403);
});

test('an unsigned request is refused with 403', async () => {
  const answer = await send(endpoint.url, { path: '/bucket/key' });

  expect(answer.status).toBe(403);
  expect(answer.body).toContain('<Code>AccessDenied</Code>');
});

test.each([
  ['s3', 403, '<Error><Code>SignatureDoesNotMatch</Code>'],
  ['ec2', 401, '<Response><Errors><Error><Code>AuthFailure</Code>'],
  ['sns', 403, '<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>'],
  ['sqs', 403, '{"__type":"InvalidSignatureException"'],
])('a wrong secret is refused in the words of %s', async (service, status, words) => {
  const answer = await signedSend({ service, credentials: { ...KEY, secretAccessKey: 'wrong' } });

  expect(answer.status).toBe(status);
  expect(answer.body).toContain(words);
});

test.each([
  ['s3', 403, '<Code>InvalidAccessKeyId</Code>'],
  ['ec2', 401, '<Code>AuthFailure</Code>'],
  ['sns', 403, '<Code>InvalidClientTokenId</Code>'],
  ['sqs', 403, '{"__type":"UnrecognizedClientException"'],
])('an unknown key is refused in the words of %s', async (service, status, words) => {
  const answer = await signedSend({ service, credentials: { ...KEY, accessKeyId: 'AKIDANOTHER' } });

  expect(answer.status).toBe(status);
  expect(answer.body).toContain(words);
});

test('whatever is changed on the way makes the signature wrong', async () => {
  const base = { body: 'body', path: '/x', query: { a: '1' }, headers: { 'x-amz-target': 'Do.This' } };
  const status = async (tamper: Sent['tamper']) => (await signedSend({ ...base, tamper })).status;

  expect(await status(undefined)).toBe(200);
  expect(await status((sent) => (sent.body = 'ydob'))).toBe(403);
  expect(await status((sent) => (sent.path = '/y?a=1'))).toBe(403);
  expect(await status((sent) => (sent.path = '/x?a=2'))).toBe(403);
  expect(await status((sent) => (sent.headers['x-amz-target'] = 'Do.That'))).toBe(403);
  expect(await status((sent) => (sent.headers['x-amz-meta-more'] = 'unsigned'))).toBe(403);
});

test('a clock may be wrong by a quarter of an hour, not by more', async () => {
  expect((await signedSend({ at: minutes(-14) })).status).toBe(200);
  expect((await signedSend({ at: minutes(14) })).status).toBe(200);
  expect((await signedSend({ service: 's3', at: minutes(-16) })).body).toContain('RequestTimeTooSkewed');
  expect((await signedSend({ service: 's3', at: minutes(16) })).body).toContain('RequestTimeTooSkewed');
});

test.each(['/bucket/a%20b%2Bc/%C3%BC', '/bucket//double/../x/.', '/bucket/%21%27%28%29%2A~'])(
  'the S3 path %s is signed as it is',
  async (path) => {
    expect((await signedSend({ service: 's3', method: 'GET', path })).status).toBe(200);
  },
);

test('paths of other services are encoded twice', async () => {
  expect((await signedSend({ path: '/queue%20name/é'.replace('é', '%C3%A9') })).status).toBe(200);
});

test('a presigned URL is good until it expires', async () => {
  const { host, hostname } = new URL(endpoint.url);
  const presigned = async (signingDate: Date, credentials: typeof KEY = KEY, path = '/b/k', more = {}) => {
    const request = {
      protocol: 'http:',
      hostname,
      method: 'GET',
      path: '/b/k',
      headers: { host },
      query: { versionId: 'v' },
    };
    const { query } = await aSigner('s3', credentials).presign(
      { ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      { expiresIn: 1800, signingDate },
    );
    return send(endpoint.url, {
      path: `${path}?${new URLSearchParams({ ...(query as Record<string, string>), ...more })}`,
    });
  };

  expect((await presigned(minutes(-20))).status).toBe(200);
  expect((await presigned(minutes(-20), SESSION)).status).toBe(200);
  expect((await presigned(minutes(-31))).body).toContain('Request has expired');
  expect((await presigned(minutes(0), { ...KEY, secretAccessKey: 'wrong' })).status).toBe(403);
  expect((await presigned(minutes(0), KEY, '/b/another')).status).toBe(403);
  expect((await presigned(minutes(0), KEY, '/b/k', { versionId: 'w' })).status).toBe(403);
  expect((await presigned(minutes(-31), KEY, '/b/k', { 'X-Amz-Expires': '3600' })).status).toBe(403);
});

test.each([
  ['/b/k?AWSAccessKeyId=AKIDLOCAL&Signature=c2ln%3D&Expires=1795677497', {}],
  ['/b/k', { authorization: 'AWS AKIDLOCAL:c2lnbmF0dXJl' }],
])('Signature Version 2 at %s gets the sentence of S3', async (path, headers) => {
  const answer = await send(endpoint.url, { path, headers });

  expect(answer.status).toBe(400);
  expect(answer.body).toContain(
    '<Code>InvalidRequest</Code><Message>The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.</Message>',
  );
});

test('S3 requests must state the hash of their payload', async () => {
  const answer = await signedSend({ service: 's3', tamper: ({ headers }) => delete headers['x-amz-content-sha256'] });

  expect(answer.status).toBe(400);
  expect(answer.body).toContain('x-amz-content-sha256');
});

test.each([
  'AWS4-HMAC-SHA256 nonsense',
  'Basic dXNlcjpwYXNz',
  'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=00',
])('the Authorization header %j is refused, not an accident', async (authorization) => {
  const answer = await send(endpoint.url, { headers: { authorization } });

  expect(answer.status).toBe(400);
  expect(defects).toEqual([]);
});

test('a request target that is not UTF-8 is refused', async () => {
  expect((await send(endpoint.url, { path: '/%ff' })).status).toBe(403);
  expect((await send(endpoint.url, { path: '/?x=%zz' })).status).toBe(400);
});

test('a service that is not there is named in the answer', async () => {
  const answer = await signedSend({ service: 'dynamodb', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } });

  expect(answer.status).toBe(501);
  expect(JSON.parse(answer.body).message).toBe('there is no dynamodb on this machine, only s3, ec2, sns, sqs, broken');
});

test("a service's defect is answered with 500, and reported", async () => {
  expect((await signedSend({ service: 'broken' })).status).toBe(500);
  expect(defects).toEqual([new Error('a defect')]);
});

test('a body beyond the limit is refused, and the connection can still deliver the answer', async () => {
  const answer = await signedSend({ service: 'ec2', body: 'x'.repeat(5 * 1024 * 1024) });

  expect(answer.status).toBe(413);
});

test('a client that waits for 100 Continue is refused before it sends its body', async () => {
  const { hostname, port } = new URL(endpoint.url);
  const socket = connect(Number(port), hostname);
  socket.write(`PUT /b/k HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n`);

  let answer = '';
  for await (const piece of socket) answer += piece;

  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).not.toContain('100 Continue');
});

test('the endpoint listens on loopback only, and its URL has no trailing slash', () => {
  expect(endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});
