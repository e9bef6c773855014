import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lambdaEc2, ROOT } from './run-command';

let dir: string;
let scratch: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'cli-test-'));
  scratch = path.join(dir, 'tmp');
  mkdirSync(scratch);
});
afterEach(() => {
  const left = readdirSync(scratch);
  rmSync(dir, { recursive: true, force: true });
  expect(left).toEqual([]);
});

const localRun = (args: string[], cwd?: string, env: Record<string, string> = {}) =>
  lambdaEc2(['local', 'run', ...args], { cwd, env: { TMPDIR: scratch, ...env } });

function exampleInput(name = 'march.zip'): string {
  const file = path.join(dir, name);
  execFileSync('python3', ['-m', 'zipfile', '-c', file, path.join(ROOT, 'example/input/sales.csv')]);
  return file;
}

function anApp(main: string): string {
  const app = path.join(dir, 'app');
  mkdirSync(app);
  writeFileSync(path.join(app, 'main.py'), main);
  return app;
}

test('the command tells its version and what it can do', async () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(await lambdaEc2(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  const { code, stdout } = await lambdaEc2(['--help']);
  for (const name of ['bake', 'local', 'override', 'verify']) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  expect(code).toBe(0);
});

test('the example runs from upload to outputs, under the names that S3 has', async () => {
  const out = path.join(dir, 'out');
  const args = ['--app', 'example', '--settings', 'example/settings.yaml', '--input', exampleInput(), '--out', out];
  const { code, stdout, stderr } = await localRun(args, undefined, { PIP_USER: '1', PIP_RETRIES: '1' });
  expect(stderr).toContain('✓ app');
  // What of this machine is as it is nowhere on AWS, and what is left out for that.
  expect(stderr).toMatch(/^pip goes by .*PIP_RETRIES.*: settings of this machine, which an instance does not have$/m);
  expect(stderr).toMatch(/^pip is not given .*PIP_USER/m);
  expect(stdout).toMatch(/^job march succeeded$/m);
  for (const phase of ['boot', 'claim', 'source', 'input', 'environment', 'app', 'output'])
    expect(stdout).toContain(phase);
  expect(code).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['march.zip', 'march_app.log', 'march_ec2.log', 'march_status.json']);
  const status = JSON.parse(readFileSync(path.join(out, 'march_status.json'), 'utf8'));
  expect(status.packages).toContain('barchart==1.0.0');
  const names = execFileSync('python3', ['-m', 'zipfile', '-l', path.join(out, 'march.zip')], { encoding: 'utf8' });
  expect(names).toMatch(/report|chart|\.csv/);
});

test('a failed app makes the command fail, with the reason, what the app said and where the log is', async () => {
  const app = anApp('raise ValueError("no such month")');
  const out = path.join(dir, 'out');
  const { code, stdout } = await localRun(['--app', app, '--input', exampleInput(), '--out', out], dir);
  expect(code).toBe(1);
  expect(stdout).toContain('job march failed: APP_FAILED');
  expect(stdout).toContain('ValueError: no such month');
  expect(stdout).toContain(path.join(out, 'march_ec2.log'));
  expect(existsSync(path.join(out, 'march.zip'))).toBe(false);
  expect(JSON.parse(readFileSync(path.join(out, 'march_status.json'), 'utf8'))).toMatchObject({ exit_code: 1 });
});

test('submit --local -f on a machine of its own shows the lines of the log', async () => {
  const app = anApp('raise SystemExit("no such month")');
  const words = ['submit', '--local', '-f', '--app', app, exampleInput(), '--out', path.join(dir, 'out')];
  const env = { TMPDIR: scratch, LAMBDA_EC2_STATE: path.join(dir, 'state') };
  const { code, stdout, stderr } = await lambdaEc2(words, { cwd: dir, env });
  expect(stderr).toMatch(/^\S+ INFO {2}app: begins$/m);
  expect(stderr).toMatch(/^no such month$/m);
  expect(stdout).toContain('job march failed: APP_FAILED');
  expect(code).toBe(1);
  const followed = await lambdaEc2([...words, '--json'], { cwd: dir, env });
  const objects = followed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(objects).toContainEqual({ line: 'no such month' });
  expect(objects.at(-1)).toMatchObject({ job_id: 'march', reason: 'APP_FAILED' });
});

/** A PATH for jobs whose python3 first tries `cases`, lines of a shell's case on its arguments. */
function pathWithPython(cases: (python: string, version: string) => string): string {
  const bin = path.join(dir, 'bin');
  mkdirSync(bin);
  const find = (name: string) => execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  for (const name of ['git', 'bash', 'curl', 'setsid', 'timeout', 'mkfifo', 'grep', 'cp']) {
    symlinkSync(find(name), path.join(bin, name));
  }
  const who = 'import platform, sys; print(sys.executable, platform.python_version())';
  const [real = '', version = ''] = execFileSync('python3', ['-c', who], { encoding: 'utf8' }).trim().split(' ');
  const python = path.join(bin, 'python3');
  const program = `#!/bin/sh\ncase "$*" in\n${cases(python, version)}\nesac\nexec '${real}' "$@"\n`;
  writeFileSync(python, program, { mode: 0o755 });
  return bin;
}

const WITHOUT = {
  // As Debian's without python3-venv.
  pip: (python: string, version: string) =>
    `*base_prefix*) echo '{"path": "${python}", "version": "${version}"}'; exit ;;\n*WHEEL_PKG_DIR*) echo '[]'; exit ;;`,
  venv: () => '*base_prefix*) exit 1 ;;',
};

test.each([
  ['run', 'pip', ['--app', 'example', '--input', 'INPUT'], /^error: no pip for Python 3\.\d+\.\d+ was found: /],
  [
    'run',
    'venv',
    ['--app', 'example', '--input', 'INPUT'],
    /^error: no working python3 with its venv module was found: /,
  ],
  ['up', 'pip', [], /^error: no pip/],
  ['bake', 'pip', ['--app', 'example'], /^error: no pip/],
] as const)(
  'local %s on a machine without %s says so once and leaves nothing',
  async (name, lacking, args, sentence) => {
    const given = args.map((word) => (word === 'INPUT' ? exampleInput() : word));
    const env = { TMPDIR: scratch, HOME: dir, PYENV_ROOT: dir, PATH: pathWithPython(WITHOUT[lacking]) };
    const { code, stderr } = await lambdaEc2(['local', name, ...given], { env });
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^[^\n]*: (run `|install )[^\n]*\n$/);
    expect(code).toBe(2);
  },
);

test('a temporary folder that is none is named once, in one sentence', async () => {
  const input = exampleInput();
  const { code, stderr } = await lambdaEc2(['local', 'run', '--app', 'example', '--input', input], {
    env: { TMPDIR: input },
  });
  expect(stderr).toMatch(/^error: the temporary folder \S+ is not there or not writable: set TMPDIR[^\n]*\n$/);
  expect(code).toBe(2);
});

test('a folder needs no credential, and a URL that needs one is refused with what to do', async () => {
  const settings = path.join(dir, 'private.yaml');
  writeFileSync(settings, 'app_url: https://git.example/team/app.git\napp_credentials: git-token\n');
  const args = ['--settings', settings, '--input', exampleInput()];
  const app = anApp("import zipfile\nzipfile.ZipFile('output.zip', 'w').writestr('a', 'b')");
  expect(await localRun([...args, '--app', app], dir)).toMatchObject({ code: 0 });

  const { code, stderr } = await localRun([...args, '--app', 'https://git.example/team/app.git'], dir);
  expect(stderr).toMatch(/app_credentials: git-token is a secret in AWS.*clone it and give the folder as --app/);
  expect(code).toBe(2);
});

test('secrets of AWS are variables of the shell here', async () => {
  const app = anApp(
    "import os, zipfile\nassert os.environ['TOKEN'] + os.environ['LEVEL'] == 'hunter2debug'\nzipfile.ZipFile('output.zip', 'w').writestr('a', 'b')",
  );
  const set = ['--set', 'app_secrets.TOKEN=team/token#x', '--set', 'app_env.LEVEL=debug', '--set', 'pip_config=pip'];
  const args = ['--app', app, '--input', exampleInput(), '--out', path.join(dir, 'out'), ...set];
  const { code, stderr, stdout } = await localRun(args, dir, { TOKEN: 'hunter2' });
  expect(stderr).toMatch(/^pip_config: pip is a secret in AWS: pip goes by the settings of this machine instead$/m);
  expect([code, (stdout + stderr).includes('hunter2')]).toEqual([0, false]);

  const without = await localRun(args, dir);
  expect(without.stderr).toMatch(
    /app_secrets\.TOKEN: team\/token#x is a secret in AWS, which this machine has not: export TOKEN/,
  );
  expect(without.code).toBe(2);
});

test('settings are read as a deploy reads them', async () => {
  const settings = path.join(dir, 'settings.yaml');
  const args = ['--app', anApp(''), '--input', exampleInput(), '--out', path.join(dir, 'out')];
  for (const [text, sentence] of [
    ['python_version: 3.10\napp_ref: 1234567\nattempts: 9\n', /settings\.yaml has a problem:\n {2}attempts: 9:/],
    ['a: [', /settings\.yaml has a problem:\n.*at line 1/],
    ['justtext', /use one `name: value` a line/],
  ] as const) {
    writeFileSync(settings, text);
    const { code, stderr } = await localRun(args, dir);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  }
});

test('--json prints the status and nothing else, and --set reaches the job', async () => {
  const app = anApp('import time\ntime.sleep(100)');
  const args = ['--app', app, '--input', exampleInput('march.ZIP'), '--set', 'ec2_timeout=3s', '--json'];
  const ofAnotherAccount = {
    AWS_PROFILE: 'missing',
    AWS_CONFIG_FILE: '/none',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_MAX_ATTEMPTS: 'many',
    HTTP_PROXY: 'http://127.0.0.1:9',
  };
  const { code, stdout } = await localRun(args, dir, ofAnotherAccount);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ job_id: 'march', state: 'FAILED', reason: 'TIMED_OUT' });
});

test.each([
  ['.', 'march.zip'],
  ['linked', 'march.zip'],
  ['.', 'linked/march.zip'],
])('outputs in %s never replace the input %s', async (out, input) => {
  const bytes = readFileSync(exampleInput());
  symlinkSync('.', path.join(dir, 'linked'));
  const { code, stderr } = await localRun(['--app', anApp(''), '--input', input, '--out', out], dir);
  expect(stderr).toMatch(`--out ${out}: the output would replace the input ${input}; give another folder`);
  expect(code).toBe(2);
  expect(readFileSync(path.join(dir, 'march.zip'))).toEqual(bytes);
});

test.each([
  [
    'an input that is not there',
    ['--app', 'example', '--input', 'none.zip'],
    /--input none\.zip: there is no such file/,
  ],
  [
    'an input that is no zip',
    ['--app', 'example', '--input', 'package.json'],
    /package\.json: an input is a \.zip file/,
  ],
  ['an app that is not there', ['--app', 'nowhere', '--input', 'IN'], /--app nowhere: there is no such folder/],
  [
    'a setting that does not exist',
    ['--app', 'example', '--input', 'IN', '--set', 'ec2_timout=5s'],
    /no setting ec2_timout: did you mean ec2_timeout\?/,
  ],
  ['a setting without a value', ['--app', 'example', '--input', 'IN', '--set', 'ec2_timeout'], /key=value/],
  [
    'a wrong setting',
    ['--app', 'example', '--input', 'IN', '--set', 'ec2_timeout=soon'],
    /ec2_timeout.*"soon".*60s, 15m/s,
  ],
  [
    'two wrong settings',
    ['--app', 'example', '--input', 'IN', '--set', 'app_main=../x', '--set', 'app_log=/y'],
    /app_main[\s\S]*app_log/,
  ],
  [
    'a setting that is no YAML',
    ['--app', 'example', '--input', 'IN', '--set', 'subnets=['],
    /--set subnets=\[: .*no YAML/,
  ],
  ['a name that looks like YAML', ['--app', 'example', '--input', 'IN', '--set', 'name=['], /name: "\["/],
  [
    'settings that are a folder',
    ['--app', 'example', '--input', 'IN', '--settings', 'example'],
    /--settings example: there/,
  ],
  [
    'outputs in a file',
    ['--app', 'example', '--input', 'IN', '--out', 'package.json'],
    /package\.json: that is a file/,
  ],
  ['a password in the URL', ['--app', 'https://me:hunter2@example.com/x.git', '--input', 'IN'], /app_credentials/],
  ['a missing option', ['--app', 'example'], /--input/],
  ['an unknown option', ['--app', 'example', '--input', 'IN', '--verbos'], /unknown option '--verbos'/],
])('%s is one clear sentence, exit status 2 and nothing started', async (_, args, sentence) => {
  const input = exampleInput();
  const out = path.join(dir, 'out');
  const given = args.map((arg) => (arg === 'IN' ? input : arg));
  const { code, stdout, stderr } = await localRun(['--out', out, ...given]);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/hunter2|^\s+at /m);
  expect([code, stdout, existsSync(out)]).toEqual([2, '', false]);
});

test('a folder where an output would go is told before anything runs', async () => {
  const log = path.join(dir, 'out/march_ec2.log');
  mkdirSync(log, { recursive: true });
  const { code, stderr } = await localRun(['--app', anApp(''), '--input', exampleInput()], dir);
  expect(stderr).toMatch(/march_ec2\.log is a folder/);
  expect(code).toBe(2);
});
