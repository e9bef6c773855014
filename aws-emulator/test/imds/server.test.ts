import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ImdsInstance } from '../../imds/instance';
import type { ImdsOptions } from '../../imds/server';
import { startTestImds, type TestImds } from './fixture';

describe('instance metadata', () => {
  let imds: TestImds;
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'imds-'));
  });
  afterEach(async () => {
    await imds.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const start = async (changes: Partial<ImdsInstance> = {}, options: ImdsOptions = {}) => {
    imds = await startTestImds(changes, options);
    return imds;
  };

  it('gives nothing without a token, with a made-up one or with one past its time', async () => {
    const { get, token } = await start({ userData: Buffer.from('x') });
    expect(await get('latest/user-data', {})).toEqual({ status: 401, text: '401 - Unauthorized' });
    expect((await get('latest/user-data', { 'X-aws-ec2-metadata-token': 'x' })).status).toBe(401);
    const withToken = async (ttl: string) => ({ 'X-aws-ec2-metadata-token': await (await token(ttl)).text() });
    expect((await get('latest/user-data', await withToken('60'))).status).toBe(200);
    const brief = await withToken('1');
    while ((await get('latest/user-data', brief)).status !== 401)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('does without tokens when the instance allows IMDSv1, but still knows a bad one', async () => {
    const { get } = await start({ httpTokens: 'optional' });
    expect((await get('latest/meta-data/instance-id', {})).text).toBe('i-0123456789abcdef0');
    expect((await get('latest/meta-data/instance-id', { 'X-aws-ec2-metadata-token': 'x' })).status).toBe(401);
  });

  it.each(['0', '21601', '', '-1', '1.5', 'long'])('gives no token for the time to live %j', async (ttl) => {
    const { token } = await start();
    expect((await token(ttl)).status).toBe(400);
  });

  it('gives a token for up to six hours and repeats its time to live', async () => {
    const { token } = await start();
    const response = await token('21600');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-aws-ec2-metadata-token-ttl-seconds')).toBe('21600');
  });

  it('answers nothing that came through a proxy, and no method that changes things', async () => {
    const { get, token, url } = await start();
    expect((await token('60', { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(403);
    expect((await get('latest/meta-data/', { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(403);
    expect((await fetch(`${url}latest/meta-data/`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}latest/api/token`)).status).toBe(405);
  });

  it('gives user data back byte by byte', async () => {
    const userData = Buffer.from([0, 255, 10, 13, 128, 35, 33]);
    const { url, token } = await start({ userData });
    const headers = { 'X-aws-ec2-metadata-token': await (await token()).text() };
    const response = await fetch(`${url}latest/user-data`, { headers });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(userData);
  });

  it('says 404 for what the instance does not have', async () => {
    const { get } = await start();
    for (const missing of [
      'latest/user-data',
      'latest/meta-data/tags/instance',
      'latest/meta-data/iam/security-credentials/',
      'latest/meta-data/nothing',
      'latest/meta-data/instance-id/below',
      'latest/meta-data/constructor',
      'latest/%zz',
      '1066-10-14/meta-data/',
    ]) {
      expect([missing, (await get(missing)).status]).toEqual([missing, 404]);
    }
  });

  it.each([
    ['instance-id', 'i-0123456789abcdef0'],
    ['instance-type', 'm6i.large'],
    ['ami-id', 'ami-0123456789abcdef0'],
    ['placement/region', 'eu-west-1'],
    ['placement/availability-zone', 'eu-west-1b'],
    ['services/domain', 'amazonaws.com'],
    ['local-ipv4', '172.31.16.10'],
    ['hostname', 'ip-172-31-16-10.eu-west-1.compute.internal'],
    ['instance-life-cycle', 'on-demand'],
  ])('has meta-data/%s', async (name, value) => {
    const { get } = await start();
    expect(await get(`latest/meta-data/${name}`)).toEqual({ status: 200, text: value });
  });

  it('says whether it is a Spot instance', async () => {
    const { get } = await start({ spot: true });
    expect((await get('latest/meta-data/instance-life-cycle')).text).toBe('spot');
  });

  it('lists folders, with a slash after each folder below, however the slashes of the request fall', async () => {
    const { get } = await start({ userData: Buffer.from('x') });
    expect((await get('latest/')).text).toBe('dynamic/\nmeta-data/\nuser-data');
    const listing = (await get('latest/meta-data/')).text.split('\n');
    expect(listing).toEqual(expect.arrayContaining(['ami-id', 'placement/', 'services/']));
    expect(listing).not.toContain('tags/');
    expect((await get('latest/meta-data')).text).toBe(listing.join('\n'));
    expect((await get('/latest//meta-data/instance-id')).text).toBe('i-0123456789abcdef0');
    expect((await get('')).text).toContain('latest');
    expect((await get('2021-03-23/meta-data/instance-id')).text).toBe('i-0123456789abcdef0');
  });

  it('shows tags as they are at the moment, with any key that tags in metadata may have', async () => {
    const tags: Record<string, string> = { app_url: 'https://example.com/a b', 'a+b=c,d.e@f:g-h': '' };
    const { get } = await start({ tags: () => tags });
    expect((await get('latest/meta-data/tags')).text).toBe('instance/');
    expect((await get('latest/meta-data/tags/instance')).text).toBe('app_url\na+b=c,d.e@f:g-h');
    expect((await get('latest/meta-data/tags/instance/app_url')).text).toBe('https://example.com/a b');
    expect(await get('latest/meta-data/tags/instance/a+b=c,d.e@f:g-h')).toEqual({ status: 200, text: '' });
    expect(await get('latest/meta-data/tags/instance/a%2Bb%3Dc,d.e%40f:g-h')).toEqual({ status: 200, text: '' });
    expect((await get('latest/meta-data/tags/instance/other')).status).toBe(404);
    tags.other = 'now';
    expect((await get('latest/meta-data/tags/instance/other')).text).toBe('now');
  });

  it('has an identity document', async () => {
    const { get } = await start();
    expect(JSON.parse((await get('latest/dynamic/instance-identity/document')).text)).toMatchObject({
      accountId: '123456789012',
      region: 'eu-west-1',
      instanceId: 'i-0123456789abcdef0',
      imageId: 'ami-0123456789abcdef0',
      pendingTime: '2026-11-24T03:00:00Z',
    });
  });

  it('is out of reach until it is ready', async () => {
    const begun = Date.now();
    const { get } = await start({}, { delayMs: 300 });
    const id = async () => (await get('latest/meta-data/instance-id').catch(() => undefined))?.status;
    while ((await id()) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
  });

  it('answers curl, over TCP and over a Unix socket', async () => {
    const socket = path.join(dir, 'imds.sock');
    const { url, token } = await start({ userData: Buffer.from('line\n') }, { unixSocket: socket });
    const header = `X-aws-ec2-metadata-token: ${await (await token()).text()}`;
    const curl = async (...args: string[]) =>
      (await promisify(execFile)('curl', ['--silent', '--show-error', '--fail', '-H', header, ...args])).stdout;
    expect(await curl(`${url}latest/user-data`)).toBe('line\n');
    expect(await curl('--unix-socket', socket, 'http://169.254.169.254/latest/user-data')).toBe('line\n');
    await expect(curl(`${url}latest/meta-data/tags/instance`)).rejects.toThrow('404');
  });
});
