import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { inRunner } from '../contract/runner';

// The runner signs its requests itself. The signer of the AWS SDK says what is right.

class Sha256 {
  private readonly hash;
  constructor(secret?: string | Uint8Array) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
  reset() {}
}

interface Case {
  service: string;
  method: string;
  path: string;
  query: [string, string][];
  headers: Record<string, string>;
  body: string;
  token: string;
}

const s3 = { service: 's3', method: 'GET', query: [], headers: {}, body: '', token: 'a/token+==' } as const;
const CASES: Record<string, Case> = {
  'an object': { ...s3, query: [], path: '/bucket/app_runner/output/may_status.json' },
  'a key with every kind of character': {
    ...s3,
    query: [],
    path: '/bucket/a%20b%2Bc/%E6%97%A5%E6%9C%AC/~x/%27%28%21%2A%29',
  },
  'a version': { ...s3, path: '/bucket/key', query: [['versionId', 'v/+=1~']] },
  'a conditional write': {
    ...s3,
    query: [],
    method: 'PUT',
    path: '/bucket/key',
    headers: {
      'If-None-Match': '*',
      'content-type': 'text/plain; charset=utf-8',
      'x-amz-checksum-sha256': 'Hkf5GBDqqBVbx9bAC6+s8DfjchU0xNH9MFn7xnACViw=',
    },
    body: 'a body: ünï',
  },
  'a header with spaces': { ...s3, query: [], path: '/bucket/key', headers: { 'x-amz-meta-a': '  two   words ' } },
  'no session token': { ...s3, query: [], path: '/bucket/key', token: '' },
  'a service that speaks JSON': {
    ...s3,
    query: [],
    service: 'secretsmanager',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue', 'content-type': 'application/x-amz-json-1.1' },
    body: '{"SecretId": "x"}',
  },
};

const KEYS = { access_key: 'AKIDEXAMPLE', secret_key: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = 1_790_000_000;

test.each(Object.entries(CASES))('%s is signed as the SDK signs it', async (_, wanted) => {
  const script = `from runner.sigv4 import Credentials, Request, signed_headers
from urllib.parse import quote
query = '&'.join('%s=%s' % (name, quote(value, safe='~')) for name, value in given['query'])
request = Request(given['method'], 'host.example:9000', given['path'], query, given['headers'], given['body'].encode())
keys = Credentials(given['access_key'], given['secret_key'], given['token'])
said = signed_headers(request, keys, 'eu-west-1', given['service'], ${NOW})`;
  const signed = inRunner<Record<string, string>>(script, { ...wanted, ...KEYS });
  const signer = new SignatureV4({
    service: wanted.service,
    region: 'eu-west-1',
    credentials: {
      accessKeyId: KEYS.access_key,
      secretAccessKey: KEYS.secret_key,
      sessionToken: wanted.token || undefined,
    },
    sha256: Sha256 as never,
    uriEscapePath: wanted.service !== 's3',
    applyChecksum: true,
  });
  const request = {
    method: wanted.method,
    protocol: 'http:',
    hostname: 'host.example',
    port: 9000,
    path: wanted.path,
    query: Object.fromEntries(wanted.query),
    headers: {
      host: 'host.example:9000',
      'x-amz-content-sha256': signed['x-amz-content-sha256'] ?? '',
      ...wanted.headers,
    },
    body: wanted.body,
  };
  const { headers } = await signer.sign(request, { signingDate: new Date(NOW * 1000) });
  expect(signed.authorization).toBe(headers.authorization);
  expect(signed['x-amz-content-sha256']).toBe(createHash('sha256').update(wanted.body).digest('hex'));
  expect(signed['x-amz-security-token'] ?? '').toBe(wanted.token);
});
