import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { packageList } from '../../contract/package-list';
import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// What pip makes of an app's requirements, and what a person reads when it makes nothing of them. By the newest pip
// that is at hand, because an interpreter as old as Python 3.6 may have one here that is older than an image's.

const python_version = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
  encoding: 'utf8',
}).trim();
const hasSetuptools = Number(python_version.split('.')[1]) < 12;
const machine = useLocalMachine({ python_version });
const variables = { ...process.env };
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
  // Whatever this machine has, the tests have their own.
  for (const name of Object.keys(process.env)) if (/^(PIP_|PYTHON)/.test(name)) delete process.env[name];
});
afterEach(async () => {
  process.env = { ...variables };
  await job.close();
});

/** One job with these requirements, and an app that says which of these modules it can import. */
async function run(requirements: string, modules: string[] = [], settings: object = {}) {
  const main = `${WRITE_OUTPUT}
import importlib
write_output(' '.join(str(importlib.import_module(name).__name__) for name in ${JSON.stringify(modules)}))`;
  job.commit({ 'main.py': main, 'requirements.txt': requirements });
  await job.configure({ python_version, ...settings });
  const { status, ec2Log, output } = await job.run('requirements');
  const packages = status.packages?.filter((name) => !name.startsWith('setuptools=='));
  return { ...status, packages, ec2Log, text: resultText(output) };
}

const aPackage = (...args: string[]) =>
  execFileSync('python3', [path.join(__dirname, 'make-package.py'), ...args], { cwd: job.repository });
const aWheel = (...args: string[]) => aPackage('wheel', 'wheels', ...args);
const aProject = (name: string) => aPackage('backend', name);

/** A package index of these wheels; those of version 2 are for a Python that is not there yet. */
function anIndex(): string {
  const index = path.join(job.repository, 'index');
  for (const file of readdirSync(path.join(job.repository, 'wheels'))) {
    const [name = '', version = ''] = file.split('-');
    const needs = version.startsWith('2') ? ' data-requires-python="&gt;=3.99"' : '';
    const page = path.join(index, name, 'index.html');
    mkdirSync(path.dirname(page), { recursive: true });
    writeFileSync(page, `<a href="../../wheels/${file}"${needs}>${file}</a><br>\n`, { flag: 'a' });
  }
  return pathToFileURL(index).href;
}

beforeEach(() => {
  job.commit({});
});

test('an environment holds what an ordinary one holds at first', async () => {
  const { message, text, status } = await run('', hasSetuptools ? ['pkg_resources', 'setuptools'] : []).then(
    (result) => ({ ...result, status: result.state }),
  );
  expect([status, message, text]).toEqual([
    'SUCCEEDED',
    expect.any(String),
    hasSetuptools ? 'pkg_resources setuptools' : '',
  ]);
});

test.each([
  ['PIP_USER', '1'],
  ['PIP_TARGET', '/nowhere/else'],
  ['PIP_NO_DEPS', '1'],
  ['PIP_DRY_RUN', '1'],
  ['PIP_CONSTRAINT', '/nowhere/constraints.txt'],
])('%s of this machine changes nothing', async (name, value) => {
  aWheel('one', '1.0', 'two');
  aWheel('two', '1.0');
  process.env[name] = value;
  const result = await run('--no-index\n--find-links wheels\none\n', ['one', 'two']);
  expect([result.message, result.packages, result.text]).toEqual([
    expect.any(String),
    ['one==1.0', 'two==1.0'],
    'one two',
  ]);
  expect(result.ec2Log).toMatch(new RegExp(`WARN +pip is not given .*${name}`));
});

test("a person's own file of pip names an index, and no folder to install into", async () => {
  aWheel('one', '1.0');
  process.env.PIP_CONFIG_FILE = path.join(job.dir, 'pip.conf');
  writeFileSync(process.env.PIP_CONFIG_FILE, `[global]\nindex-url = ${anIndex()}\n[install]\nuser = true\n`);
  const { packages, ec2Log } = await run('one\n');
  expect(packages).toEqual(['one==1.0']);
  expect(ec2Log).toMatch(/INFO +pip is given .*index-url of \S+pip\.conf/);
  expect(ec2Log).toMatch(/WARN +pip is not given .*user of \S+pip\.conf/);
});

test('a version for a newer Python is told from one that is not there', async () => {
  aWheel('one', '1.0');
  aWheel('one', '2.0');
  const index = `--index-url ${anIndex()}\n`;
  const { reason, message } = await run(`${index}one==2.0\n`);
  expect(reason).toBe('REQUIREMENTS_FAILED');
  expect(message).toMatch(
    /No matching distribution found for one==2\.0 \(from versions: 1\.0\): 2\.0 Requires-Python >=3\.99, and this is Python/,
  );
  expect(message).toContain('set python_version to one that it takes');
  expect((await run(`${index}one==3.0\n`)).message).toMatch(/for one==3\.0 \(from versions: 1\.0\)$/);
});

test('a build that fails says why', async () => {
  aProject('broken');
  const { reason, message } = await run('./broken\n');
  expect(reason).toBe('REQUIREMENTS_FAILED');
  expect(message).toMatch(/building \S*broken failed: RuntimeError: this package cannot be built here: set FOO$/);
});

test('a project without a name is no success', async () => {
  aWheel('UNKNOWN', '0.0.0');
  const { reason, message } = await run('./wheels/UNKNOWN-0.0.0-py3-none-any.whl\n');
  expect(reason).toBe('REQUIREMENTS_FAILED');
  expect(message).toMatch(/was installed as UNKNOWN==0\.0\.0: .*setup\.cfg/);
});

test('what is used from where it lies is among the packages', async () => {
  aProject('lying');
  writeFileSync(path.join(job.repository, 'lying/lying.py'), '');
  const { message, packages, text } = await run('-e ./lying\n', ['lying']);
  expect([message, packages, text]).toEqual([expect.any(String), ['lying==2.0'], 'lying']);
});

test('what this machine has compiled is told, because an instance cannot', async () => {
  aProject('compiled');
  aProject('pure');
  const { packages, ec2Log } = await run('./compiled\n./pure\n');
  expect(packages).toEqual(['compiled==1.0', 'pure==1.0']);
  expect(ec2Log).toMatch(/WARN +compiled was built from source for this machine, .*: an instance has none/);
  expect(ec2Log).not.toContain('pure was built');
});

test('a job with the package versions of an earlier run has them, newer ones or not', async () => {
  aWheel('one', '1.0', 'two');
  aWheel('two', '1.0');
  const earlier = await run('--no-index\n--find-links wheels\none\n', ['one', 'two']);
  aWheel('one', '1.1', 'two');
  aWheel('two', '1.1');
  // As of a new image: the requirements are the same text.
  const requirements = '--no-index\n--find-links wheels\none\n# now\n';
  expect((await run(requirements)).packages).toEqual(['one==1.1', 'two==1.1']);
  const { key, text } = packageList(earlier.packages ?? []);
  await machine().s3.send(new PutObjectCommand({ Bucket: machine().bucket, Key: key, Body: text }));
  const again = await run(requirements, ['one', 'two'], { app_packages: key });
  expect([again.message, again.packages, again.text]).toEqual([
    expect.any(String),
    ['one==1.0', 'two==1.0'],
    'one two',
  ]);

  const gone = packageList(['two==0.9']);
  await machine().s3.send(new PutObjectCommand({ Bucket: machine().bucket, Key: gone.key, Body: gone.text }));
  const { reason, message } = await run(requirements, [], { app_packages: gone.key });
  expect([reason, message]).toEqual([
    'REQUIREMENTS_FAILED',
    expect.stringMatching(/^installing requirements\.txt with the versions of app_packages failed: .*two.*0\.9/),
  ]);
});
