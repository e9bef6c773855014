import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkSettings } from '../../contract/settings-load';
import { bakeImage } from '../../local/toe/bake-image';
import { type ForwardProxy, startForwardProxy } from './forward-proxy';
import { type GitServer, startGitServer } from './git-server';
import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// Instances that reach the git server and the package index through an HTTP proxy alone: nobody else knows these hosts.

const python_version = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
  encoding: 'utf8',
}).trim();
const machine = useLocalMachine({ python_version });
const variables = { ...process.env };
const app_url = 'http://git.invalid/app/.git';
let job: LocalJob;
let gitServer: GitServer;
let index: Server;
let proxy: ForwardProxy;

const portOf = (url: string) => Number(new URL(url).port);

beforeEach(async () => {
  // Whatever this machine has, the tests have their own.
  for (const name of Object.keys(process.env)) if (/^PIP_|_proxy$/i.test(name)) delete process.env[name];
  job = new LocalJob(machine());
  gitServer = await startGitServer(job.dir);
  index = createServer(({ url = '/' }, response) => {
    const file = path.join(job.repository, 'wheels', path.basename(url));
    if (!url.endsWith('.whl')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<a href="/one-1.0-py3-none-any.whl">one</a>');
    } else response.writeHead(200).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
  const indexPort = (index.address() as AddressInfo).port;
  proxy = await startForwardProxy({ 'git.invalid': portOf(gitServer.url), 'index.invalid': indexPort });
});
afterEach(async () => {
  process.env = { ...variables };
  await proxy.close();
  await new Promise((resolve) => index.close(resolve));
  await gitServer.close();
  await job.close();
});

const MAIN = `${WRITE_OUTPUT}
import json, os, urllib.request
import one
from lib.part import TEXT
names = ('http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY')
fetched = urllib.request.urlopen('http://index.invalid/').status
write_output(json.dumps({'one': one.VERSION, 'part': TEXT, 'fetched': fetched, **{name: os.environ.get(name) for name in names}}))`;

/** An app with a submodule and a package, both of which are behind the proxy. */
function commitApp(): void {
  job.commit({});
  const wheels = ['wheel', 'wheels', 'one', '1.0'];
  execFileSync('mkdir', ['-p', path.join(job.repository, 'wheels')]);
  execFileSync('python3', [path.join(__dirname, 'make-package.py'), ...wheels], { cwd: job.repository });
  const part = path.join(job.dir, 'part');
  execFileSync('git', ['clone', '--quiet', job.repository, part]);
  const inPart = ['-C', part, '-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  execFileSync('sh', ['-c', `echo "TEXT = 'part'" > part.py && git add part.py`], { cwd: part });
  execFileSync('git', [...inPart, 'commit', '--quiet', '-m', 'part']);
  job.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', part, 'lib');
  job.git('config', '--file', '.gitmodules', 'submodule.lib.url', 'http://git.invalid/part/.git');
  const options = '--index-url http://index.invalid/\n--trusted-host index.invalid\n';
  job.commit({ 'main.py': MAIN, 'requirements.txt': `${options}one==1.0\n` });
}

test('git, submodules, pip and the app go through it, S3 and the metadata past it', async () => {
  commitApp();
  await job.configure({ python_version, app_url, http_proxy: proxy.url, no_proxy: '.example.com' });
  const { status, output, ec2Log } = await job.run('through-the-proxy');
  expect([status.state, status.message, ec2Log]).toEqual(['SUCCEEDED', status.message, ec2Log]);
  const past = '.example.com,localhost,127.0.0.1,::1,169.254.169.254,fd00:ec2::254';
  const seen = JSON.parse(resultText(output) ?? '{}');
  expect(seen).toMatchObject({ one: '1.0', part: 'part', fetched: 200 });
  for (const name of ['http_proxy', 'https_proxy']) {
    expect([seen[name], seen[name.toUpperCase()]]).toEqual([proxy.url, proxy.url]);
  }
  expect(seen.no_proxy).toMatch(new RegExp(`^${past},s3\\.[a-z0-9-]+\\.amazonaws\\.com,s3\\.dualstack\\.`));
  expect(seen.NO_PROXY).toBe(seen.no_proxy);
  const hosts = new Set(proxy.asked.map((line) => new URL(line.split(' ')[1] ?? '').hostname));
  expect([...hosts].sort()).toEqual(['git.invalid', 'index.invalid']);
});

test('without the setting nothing of it is reached, and no variable of a proxy is set for the app', async () => {
  commitApp();
  await job.configure({ python_version, app_url });
  const { status } = await job.run('without-a-proxy');
  expect([status.reason, status.message]).toEqual(['CLONE_FAILED', expect.stringContaining('git.invalid')]);
  expect(proxy.asked).toEqual([]);
});

test('a proxy that refuses, or is not there, is named by what git says', async () => {
  commitApp();
  await job.configure({ python_version, app_url: 'http://other.invalid/app', http_proxy: proxy.url });
  expect((await job.run('refused')).status).toMatchObject({
    reason: 'CLONE_FAILED',
    message: expect.stringContaining('returned error: 403'),
  });
  await job.configure({ python_version, app_url, http_proxy: 'http://127.0.0.1:1' });
  expect((await job.run('no-proxy')).status).toMatchObject({
    reason: 'CLONE_FAILED',
    message: expect.stringMatching(/127\.0\.0\.1 port 1\b/),
  });
});

test('a URL with a password in a version written by hand ends the job in a sentence without it', async () => {
  commitApp();
  await job.override({ http_proxy: 'http://user:hunter2@127.0.0.1:3128' });
  const { status, ec2Log } = await job.run('secret-in-proxy');
  expect(status).toMatchObject({
    reason: 'BAD_SETTINGS',
    message: expect.stringMatching(/http_proxy holds a user name/),
  });
  expect(JSON.stringify(status) + ec2Log).not.toContain('hunter2');
});

test('the bake goes through it too', async () => {
  commitApp();
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-proxy-'));
  const lines: string[] = [];
  try {
    const settings = checkSettings({ app_url, python_version, bake_requires_app: true, http_proxy: proxy.url });
    const { status } = await bakeImage({ settings, dir, onLine: (line) => lines.push(line) });
    expect([status, status === 'success' ? [] : lines]).toEqual(['success', []]);
    expect(proxy.asked.join('\n')).toMatch(/git\.invalid[\s\S]*index\.invalid/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
