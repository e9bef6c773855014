import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { type ForwardProxy, startForwardProxy } from '../jobs/forward-proxy';
import { type Account, aHealthyAccount } from './healthy-account';
import { lambdaEc2 } from './run-command';

// Commands on a machine that reaches AWS through a proxy alone: nobody else knows the host, whose certificate is signed
// by an authority of the network's own.

const HOST = 'aws.invalid';
let account: Account;
let tls: Server;
let proxy: ForwardProxy;
let work: string;
let bundle: string;

beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-proxy-'));
  bundle = path.join(work, 'cert.pem');
  const key = path.join(work, 'key.pem');
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`];
  const names = ['-addext', `subjectAltName=DNS:${HOST}`, '-keyout', key, '-out', bundle];
  execFileSync('openssl', [...words, ...names], { stdio: 'ignore' });
  account = await aHealthyAccount('https://example.com/team/app.git');
  account.answers.DescribeLaunchTemplates = () => ({
    LaunchTemplates: [{ LaunchTemplateId: 'lt-0123456789abcdef0', DefaultVersionNumber: 4, LatestVersionNumber: 4 }],
  });
  const { port } = new URL(account.environment.AWS_ENDPOINT_URL as string);
  tls = createServer({ key: readFileSync(key), cert: readFileSync(bundle) }, (incoming, response) => {
    const { method, url, headers } = incoming;
    const upstream = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  const { port } = new URL(account.environment.AWS_ENDPOINT_URL as string);
  proxy = await startForwardProxy({ [HOST]: (tls.address() as AddressInfo).port, 'plain.invalid': Number(port) });
});
afterEach(() => proxy.close());
afterAll(async () => {
  tls.close();
  tls.closeAllConnections();
  await account.close();
  rmSync(work, { recursive: true, force: true });
});

/** `settings` asks CloudFormation, EC2 and Image Builder, and waits for each. */
const settings = (env: NodeJS.ProcessEnv) => {
  const none = { HTTP_PROXY: '', http_proxy: '', https_proxy: '', NO_PROXY: '', no_proxy: '', NODE_EXTRA_CA_CERTS: '' };
  return lambdaEc2(['settings'], { env: { ...account.environment, ...none, ...env } });
};
const throughProxy = () => ({ AWS_ENDPOINT_URL: `https://${HOST}`, HTTPS_PROXY: proxy.url });

test('every client goes through HTTPS_PROXY, and AWS_CA_BUNDLE says whom to trust', async () => {
  expect(await settings({ ...throughProxy(), AWS_CA_BUNDLE: bundle })).toMatchObject({ code: 0, stderr: '' });
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HOST}:443`]));
  expect(account.asked).toContain('DescribeLaunchTemplateVersions');
});

test('S3 too, which has a name for each bucket', async () => {
  const env = { ...account.environment, ...throughProxy(), AWS_CA_BUNDLE: bundle, no_proxy: '', NO_PROXY: '' };
  const { code, stderr } = await lambdaEc2(['list'], { env });
  expect([code, stderr]).toEqual([3, expect.stringContaining(`the proxy refuses jobs-bucket.${HOST}, it answers 403`)]);
});

test('what NODE_EXTRA_CA_CERTS names is trusted too, beside another bundle as well', async () => {
  const other = path.join(work, 'other.pem');
  writeFileSync(other, rootCertificates[0] ?? '');
  for (const more of [{}, { AWS_CA_BUNDLE: other }]) {
    expect(await settings({ ...throughProxy(), NODE_EXTRA_CA_CERTS: bundle, ...more })).toMatchObject({ code: 0 });
  }
});

test('an authority that nobody knows here is no refusal of AWS, and the sentence says what to set', async () => {
  const { code, stderr } = await settings(throughProxy());
  expect(stderr).toMatch(/^error: AWS could not be asked, because its certificate is not known.*AWS_CA_BUNDLE/);
  expect(code).toBe(3);
});

test('a bundle that is not there or holds no certificate is named before anything is asked', async () => {
  for (const file of [path.join(work, 'missing.pem'), __filename]) {
    const { code, stderr } = await settings({ ...throughProxy(), AWS_CA_BUNDLE: file });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`AWS_CA_BUNDLE names ${file}: `)]);
  }
  expect(proxy.asked).toEqual([]);
});

test('NO_PROXY is reached without it', async () => {
  expect(await settings({ HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' })).toMatchObject({ code: 0 });
  expect(proxy.asked).toEqual([]);
});

test('plain http goes through HTTP_PROXY, in either case', async () => {
  expect(await settings({ AWS_ENDPOINT_URL: 'http://plain.invalid', http_proxy: proxy.url })).toMatchObject({
    code: 0,
  });
  expect(proxy.asked.filter((line) => !line.includes(' http://plain.invalid/'))).toEqual([]);
  expect(proxy.asked).not.toEqual([]);
});

test('a proxy that refuses is not taken for AWS', async () => {
  const { code, stderr } = await settings({ ...throughProxy(), AWS_ENDPOINT_URL: 'https://other.invalid' });
  expect([code, stderr]).toEqual([3, 'error: the proxy refuses other.invalid, it answers 403 Forbidden\n']);
});

test('a proxy that is not there leaves nothing known', async () => {
  const { code, stderr } = await settings({ ...throughProxy(), HTTPS_PROXY: 'http://127.0.0.1:1' });
  expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: AWS could not be asked.*ECONNREFUSED/)]);
});
