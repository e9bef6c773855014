import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { roleOptions } from '../../local/account';
import { inPython, named, newSecret, processesThatShow } from '../processes';
import { startGitServer } from './git-server';
import { type JobResult, LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// Packages that are for members alone: an index that asks who it is, and git servers that do. What it takes to get them
// is seen by nobody else, and nothing of it is left when they are there.

const python_version = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
  encoding: 'utf8',
}).trim();
const machine = useLocalMachine({ python_version });
const variables = { ...process.env };
const closers: (() => Promise<void> | void)[] = [];
/** What every process of this machine showed of the password, while packages were fetched. */
let seen: string[];
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
  job.commit({});
  seen = [];
  for (const name of Object.keys(process.env)) if (/^(PIP_|PYTHON)/.test(name)) delete process.env[name];
});
afterEach(async () => {
  process.env = { ...variables };
  for (const close of closers.splice(0)) await close();
  await job.close();
});

const SECRET = newSecret();
const PASSWORD = `${SECRET}-"x\\y`;
const aPackage = (...args: string[]) =>
  execFileSync('python3', [path.join(__dirname, 'make-package.py'), ...args], { cwd: job.repository });

async function store(Name: string, SecretString: string): Promise<void> {
  const client = new SecretsManagerClient(roleOptions(machine().services, 'machine'));
  await client.send(new CreateSecretCommand({ Name, SecretString }));
}

/** Looks who shows it. */
function look(): void {
  seen.push(...processesThatShow(SECRET).map(named));
}

/** An index of these wheels for the user `ci` alone. Returns its URL with what it asks for. */
async function anIndex(folder: string, password = PASSWORD): Promise<string> {
  const wanted = `Basic ${Buffer.from(`ci:${PASSWORD}`).toString('base64')}`;
  const server = createServer((request, response) => {
    look();
    const [, , name = '', file] = (request.url ?? '').split('/');
    const wheels = readdirSync(folder).filter((one) => one.startsWith(`${name}-`));
    if (request.headers.authorization !== wanted) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    else if (file) response.writeHead(200).end(readFileSync(path.join(folder, file)));
    else if (wheels.length === 0) response.writeHead(404).end();
    else {
      const links = wheels.map((one) => `<a href="${one}">${one}</a>`).join('\n');
      response.writeHead(200, { 'content-type': 'text/html' }).end(links);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://ci:${encodeURIComponent(password)}@127.0.0.1:${port}/simple/`;
}

/** An app that tells which modules it can import, and in which files of its machine the password is. */
const mainWith = (...modules: string[]) => `${WRITE_OUTPUT}
import importlib, os
names = [importlib.import_module(name).__name__ for name in ${JSON.stringify(modules)}]
root = os.environ['LAMBDA_EC2_INPUT'].split('/var/lib/')[0]
secret = ${inPython(SECRET)}
left = [entry for folder in ('run', 'var', 'opt/venvs', 'tmp', 'root') for entry, _, files in os.walk(os.path.join(root, folder))
        for name in files if os.path.isfile(os.path.join(entry, name))
        if secret.encode() in open(os.path.join(entry, name), 'rb').read()]
left += [name for name, value in os.environ.items() if secret in value]
write_output(' '.join(names + left))`;

const record = ({ status, ec2Log }: JobResult) => JSON.stringify(status) + ec2Log;

test('an index that asks for a password gives it to pip, to builds, and to nobody who looks', async () => {
  const wheels = path.join(job.dir, 'wheels');
  mkdirSync(wheels);
  aPackage('wheel', wheels, 'one', '1.0', 'two');
  aPackage('wheel', wheels, 'two', '1.0');
  aPackage('wheel', wheels, 'three', '1.0');
  aPackage('backend', 'built');
  const project = readFileSync(path.join(job.repository, 'built/pyproject.toml'), 'utf8');
  await store('pip', JSON.stringify({ conf: `[global]\nindex-url = ${await anIndex(wheels)}\nuser = true\n` }));
  job.commit({
    'main.py': mainWith('one', 'two', 'built'),
    'requirements.txt': 'one\n./built\n',
    // To build it pip calls itself, for what that needs.
    'built/pyproject.toml': project.replace(/requires = \[.*\]/, 'requires = ["three"]'),
  });
  await job.configure({ python_version, pip_config: 'pip#conf' });
  const result = await job.run('index');
  expect(result.status).toMatchObject({ state: 'SUCCEEDED' });
  expect(resultText(result.output)).toBe('one two built');
  expect(result.status.packages).toEqual(expect.arrayContaining(['built==1.0', 'one==1.0', 'two==1.0']));
  expect(result.ec2Log).toContain('pip is given index-url of pip_config');
  expect(result.ec2Log).toMatch(/pip is not given user of pip_config/);
  expect(record(result)).not.toContain(SECRET);
  expect(seen).toEqual([]);
});

const CONF = '[global]\nindex-url = ';

test.each<[string, (index: string) => string, string, string, RegExp]>([
  ['wrong', (index) => CONF + index, '', 'REQUIREMENTS_FAILED', /^installing requirements\.txt failed: /],
  [
    'fields',
    () => `{"other": "${SECRET}"}`,
    '#conf',
    'BAD_SETTINGS',
    /^pip_config 'fields#conf' names the field conf, which/,
  ],
  [
    'none',
    (index) => index,
    '',
    'BAD_SETTINGS',
    /^pip_config 'none' is no configuration of pip: begin it with \[global\]/,
  ],
])('a secret that does not do (%s) is told without a word of it', async (name, text, field, reason, said) => {
  const wheels = path.join(job.dir, 'wheels');
  mkdirSync(wheels);
  await store(name, text(await anIndex(wheels, `${SECRET}-wrong`)));
  job.commit({ 'main.py': '', 'requirements.txt': 'one\n' });
  await job.configure({ python_version, pip_config: name + field });
  const result = await job.run('refused');
  expect(result.status).toMatchObject({ state: 'FAILED', reason });
  expect(result.status.message).toMatch(said);
  expect(record(result)).not.toContain(SECRET);
});

test('a package from the git server of the app is fetched with app_credentials, and from no other server', async () => {
  const lib = path.join(job.dir, 'lib');
  mkdirSync(lib);
  execFileSync('python3', [path.join(__dirname, 'make-package.py'), 'backend', 'lib'], { cwd: lib });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-C', lib, ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'lib');
  const options = { user: 'robot', password: `${SECRET}-git`, onRequest: look };
  const [server, other] = [await startGitServer(job.dir, options), await startGitServer(job.dir, options)];
  closers.push(server.close, other.close);
  await store('git', `robot:${SECRET}-git`);
  const run = async (id: string, requirement: string) => {
    job.commit({ 'main.py': mainWith('lib'), 'requirements.txt': `${requirement}\n` });
    await job.configure({ python_version, app_url: `${server.url}/app/.git`, app_credentials: 'git' });
    return job.run(id);
  };
  const found = await run('git', `lib @ git+${server.url}/lib/.git#subdirectory=lib`);
  expect([found.status.message, resultText(found.output)]).toEqual([expect.any(String), 'lib']);
  const refused = await run('git-other', `lib @ git+${other.url}/lib/.git#subdirectory=lib`);
  expect(refused.status).toMatchObject({ state: 'FAILED', reason: 'REQUIREMENTS_FAILED' });
  expect(record(refused)).toContain(`app_credentials is told to ${server.url} alone`);
  for (const result of [found, refused]) expect(record(result)).not.toContain(SECRET);
  expect(seen).toEqual([]);
});
