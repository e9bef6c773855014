import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { roleOptions } from '../../local/account';
import { named, newSecret, processes } from '../processes';
import { type GitServer, startGitServer } from './git-server';
import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// Where the app comes from: any git URL and ref, public or private,
// and never a credential where somebody could read it.

const machine = useLocalMachine();
const closers: (() => Promise<void> | void)[] = [];
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await job.close();
});

let count = 0;
const jobId = () => `source-${++count}`;
const addSubmodule = (repository: string) =>
  job.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', pathToFileURL(repository).href, 'lib');
const says = (text: string) => ({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('${text}')` });

test('a branch, a tag, a full and an abbreviated commit each run what they name', async () => {
  const first = job.commit(says('first'));
  job.git('tag', '-a', '-m', 'one', 'v1');
  job.git('branch', 'feature/x');
  job.commit(says('second'));
  for (const [ref, text] of [
    ['HEAD', 'second'],
    ['main', 'second'],
    ['feature/x', 'first'],
    ['v1', 'first'],
    [first, 'first'],
    [first.slice(0, 9), 'first'],
  ] as const) {
    await job.configure({ app_ref: ref });
    const { status, output } = await job.run(jobId());
    expect([ref, status.state, resultText(output)]).toEqual([ref, 'SUCCEEDED', text]);
    if (text === 'first') expect(status.git_commit).toBe(first);
  }
});

test('submodules come along, at the commits that the app pins', async () => {
  const part = new LocalJob(machine());
  closers.push(() => part.close());
  part.commit({ 'part.py': "TEXT = 'pinned'" });
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nfrom lib.part import TEXT\nwrite_output(TEXT)` });
  addSubmodule(part.repository);
  job.commit({});
  part.commit({ 'part.py': "TEXT = 'moved on'" });
  await job.configure();
  const { status, output } = await job.run(jobId());
  expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'pinned']);
});

describe('a server that gives no commit without its history', () => {
  /** Serves the repository in one of these ways. */
  async function serve(kind: 'v0' | 'files', config: Record<string, string> = {}): Promise<string> {
    for (const [name, value] of Object.entries(config)) job.git('config', name, value);
    job.git('update-server-info');
    const server = await startGitServer(job.dir, { kind });
    closers.push(() => server.close());
    return `${server.url}/app/.git`;
  }

  /** Three commits, of which the second is asked for. */
  function history(): string {
    job.commit(says('first'));
    const wanted = job.commit(says('second'));
    job.commit(says('third'));
    return wanted;
  }

  test.each<[string, 'v0' | 'files', Record<string, string>]>([
    ['protocol v0', 'v0', {}],
    ['protocol v0 with filters', 'v0', { 'uploadpack.allowFilter': 'true' }],
    ['protocol v0 that gives tips', 'v0', { 'uploadpack.allowTipSHA1InWant': 'true' }],
    ['plain files', 'files', {}],
  ])('%s: a branch, a full and an abbreviated commit each run what they name', async (_, kind, config) => {
    const wanted = history();
    const url = await serve(kind, config);
    for (const [ref, text] of [
      ['main', 'third'],
      [wanted, 'second'],
      [wanted.slice(0, 9), 'second'],
    ] as const) {
      await job.configure({ app_url: url, app_ref: ref });
      const { status, output } = await job.run(jobId());
      expect([ref, status.message, resultText(output)]).toEqual([ref, expect.any(String), text]);
      if (text === 'second') expect(status.git_commit).toBe(wanted);
    }
  });

  test.each<'v0' | 'files'>(['v0', 'files'])('a submodule behind %s comes along, at its commit', async (kind) => {
    const part = new LocalJob(machine());
    closers.push(() => part.close());
    part.commit({ 'part.py': "TEXT = 'pinned'" });
    job.commit({ 'main.py': `${WRITE_OUTPUT}\nfrom lib.part import TEXT\nwrite_output(TEXT)` });
    addSubmodule(part.repository);
    part.commit({ 'part.py': "TEXT = 'moved on'" });
    cpSync(part.repository, path.join(job.dir, 'part'), { recursive: true });
    execFileSync('git', ['-C', path.join(job.dir, 'part'), 'update-server-info']);
    const server = await startGitServer(job.dir, { kind });
    closers.push(() => server.close());
    job.commit({ '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${server.url}/part/.git\n` });
    await job.configure({ app_url: await serve(kind) });
    const { status, output } = await job.run(jobId());
    expect([status.message, resultText(output)]).toEqual([expect.any(String), 'pinned']);
  });

  test('a commit that is in no branch and no tag is named', async () => {
    history();
    const nobodys = '0123456789abcdef0123456789abcdef01234567';
    await job.configure({ app_url: await serve('v0'), app_ref: nobodys });
    const { status } = await job.run(jobId());
    expect(status).toMatchObject({ state: 'FAILED', reason: 'CLONE_FAILED' });
    expect(status.message).toMatch(/no commit begins with '0123.*; check app_ref$/);
  });
});

describe('what the far side says', () => {
  async function messageOf(app_url: string, app_ref = 'HEAD'): Promise<string> {
    await job.configure({ app_url, app_ref });
    const { status, ec2Log } = await job.run(jobId());
    expect(status).toMatchObject({ state: 'FAILED', reason: 'CLONE_FAILED' });
    expect(ec2Log).toContain('CLONE_FAILED: ');
    return status.message;
  }

  test.each(['HEAD', 'main'])('a page for people instead of %s is told from a repository', async (ref) => {
    job.commit(says('x'));
    const server = await startGitServer(job.dir, { kind: 'page' });
    closers.push(() => server.close());
    expect(await messageOf(`${server.url}/app.git`, ref)).toMatch(
      /the server answered with a web page and not with a repository; check app_url, and app_credentials if/,
    );
  });

  test('a branch that is not there', async () => {
    job.commit(says('x'));
    const message = await messageOf(pathToFileURL(job.repository).href, 'nosuch');
    expect(message).toMatch(/failed: fatal: couldn't find remote ref nosuch; check app_ref$/);
  });
});

test('an app without its main file is told so before anything is installed for it', async () => {
  job.commit({ 'other.py': '', 'requirements.txt': './no-such-file-1.0-py3-none-any.whl\n' });
  await job.configure();
  const { status, ec2Log } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
  expect(status.message).toBe('the app has no file main.py: check app_main and app_ref');
  expect(status.git_commit).toMatch(/^[0-9a-f]{40}$/);
  expect(ec2Log).not.toContain('installing');
});

describe('a private repository', () => {
  const password = `pass:w0rd/%$x${newSecret()}`;
  const seen = new Set<string>();
  let server: GitServer;

  beforeEach(async () => {
    job.commit(says('private'));
    seen.clear();
    const onRequest = () => {
      for (const one of processes()) seen.add(named(one));
    };
    server = await startGitServer(job.dir, { user: 'robot', password, onRequest });
    closers.push(() => server.close());
  });

  test.each([
    ['a Secrets Manager secret with JSON', 'git/json', JSON.stringify({ username: 'robot', password })],
    ['a Secrets Manager secret with USER:PASSWORD', 'git/pair', `robot:${password}`],
    ['an SSM SecureString', 'ssm:/git/pair', `robot:${password}`],
  ])('is read with %s, which stays out of logs, tags and process lists', async (_, name, value) => {
    await store(name, value);
    await job.configure({ app_url: `${server.url}/app/.git`, app_credentials: name });
    const { status, ec2Log, output } = await job.run(jobId());
    expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'private']);
    const console = await machine().ec2.send(new GetConsoleOutputCommand({ InstanceId: status.instance_id as string }));
    const readable = [ec2Log, JSON.stringify(status), Buffer.from(console.Output ?? '', 'base64').toString()].join(
      '\n',
    );
    expect([...seen].some((command) => command.includes('git-remote-http'))).toBe(true);
    expect([readable, ...seen].filter((text) => text.includes(password))).toEqual([]);
  });

  test('is CLONE_FAILED with a wrong password, and asks nobody', async () => {
    await store('git/wrong', 'robot:wrong');
    await job.configure({ app_url: `${server.url}/app/.git`, app_credentials: 'git/wrong' });
    const { status } = await job.run(jobId());
    expect(status).toMatchObject({ state: 'FAILED', reason: 'CLONE_FAILED' });
    expect(status.message).toContain('app_credentials');
  });

  test('has its submodules on the same server read with the same credential, and another server never shown it', async () => {
    const [elsewhere, shown]: [LocalJob, string[]] = [new LocalJob(machine()), []];
    closers.push(() => elsewhere.close());
    elsewhere.commit({ 'part.py': "TEXT = 'a private part'" });
    const otherServer = await startGitServer(elsewhere.dir, {
      user: 'robot',
      password,
      onRequest: ({ headers }) => shown.push(headers.authorization ?? 'nothing'),
    });
    closers.push(() => otherServer.close());
    cpSync(elsewhere.repository, path.join(job.dir, 'part'), { recursive: true });
    addSubmodule(elsewhere.repository);
    const partAt = (url: string) =>
      job.commit({
        '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n`,
        'main.py': `${WRITE_OUTPUT}\nfrom lib.part import TEXT\nwrite_output(TEXT)`,
      });
    await store('git/part', `robot:${password}`);

    partAt(`${server.url}/part/.git`);
    await job.configure({ app_url: `${server.url}/app/.git`, app_credentials: 'git/part' });
    const { status, output } = await job.run(jobId());
    expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'a private part']);

    partAt(`${otherServer.url}/app/.git`);
    const { status: refused } = await job.run(jobId());
    expect(refused).toMatchObject({ state: 'FAILED', reason: 'CLONE_FAILED' });
    expect(refused.message).toContain(otherServer.url);
    expect(new Set(shown)).toEqual(new Set(['nothing']));
  });

  test('is BAD_SETTINGS with a secret that does not exist', async () => {
    await job.configure({ app_url: `${server.url}/app/.git`, app_credentials: 'git/none' });
    const { status } = await job.run(jobId());
    expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
    expect(status.message).toContain("'git/none'");
  });

  test.each(['robot:hunter2', 'hunter2'])(
    'is refused with %s in the URL of a version, and that is shown nowhere',
    async (user) => {
      const url = server.url.replace('//', `//${user}@`);
      await job.override({ app_url: `${url}/app/.git` });
      const { status, ec2Log } = await job.run(jobId());
      expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
      expect(status.message).toContain('app_credentials');
      expect(`${ec2Log}${JSON.stringify(status)}`).not.toContain('hunter2');
    },
  );
});

test('a git server that never answers ends the job at ec2_timeout, with its log', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as { port: number };
  job.commit(says('never'));
  await job.configure({ app_url: `http://127.0.0.1:${port}/app.git`, ec2_timeout: '15s' });
  const { status, ec2Log } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'TIMED_OUT' });
  expect(ec2Log).toContain('source: begins');
});

test('an empty setting of a version is the default', async () => {
  job.commit(says('defaults'));
  await job.override({ app_ref: '', app_main: '', python_version: '', app_log: '', ec2_timeout: '' });
  const { status, output } = await job.run(jobId());
  expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'defaults']);
});

test('every wrong setting of a version is named at once', async () => {
  job.commit(says('x'));
  await job.override({
    app_main: '../../etc/passwd',
    app_log: '/var/log/x',
    ec2_timeout: '5 minutes',
    app_ref: '--upload-pack=x',
    app_in_zip: 'same.zip',
    app_out_zip: 'same.zip',
    python_version: '2.7',
    app_aws_access: 'yes',
  });
  const { status } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
  for (const name of ['app_main', 'app_log', 'ec2_timeout', 'app_ref', 'python_version', 'app_aws_access'])
    expect(status.message).toContain(`${name} '`);
  expect(status.message).toContain("app_out_zip and app_in_zip are the same file 'same.zip'");
});

test('what a wrong URL may hold is shown nowhere', async () => {
  job.commit(says('x'));
  await job.override({ app_url: 'https://git.example/app.git?token=hunter2' });
  const { status, ec2Log } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
  expect(`${ec2Log}${JSON.stringify(status)}`).not.toContain('hunter2');
});

async function store(name: string, value: string): Promise<void> {
  const options = roleOptions(machine().services, 'machine');
  if (name.startsWith('ssm:')) {
    const ssm = new SSMClient(options);
    await ssm.send(new PutParameterCommand({ Name: name.slice(4), Value: value, Type: 'SecureString' }));
    ssm.destroy();
  } else {
    const secrets = new SecretsManagerClient(options);
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
    secrets.destroy();
  }
}
