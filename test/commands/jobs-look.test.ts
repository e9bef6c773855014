import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as downloadJson from '../../cli/json/download';
import * as listJson from '../../cli/json/list';
import * as missingJson from '../../cli/json/missing';
import * as showJson from '../../cli/json/show';
import { outputKeys } from '../../contract/keys';
import { formatStatus, type Status } from '../../contract/status';
import { until, useJobs } from './jobs-machine';
import { BIN, lambdaEc2, STATE, startLambdaEc2 } from './run-command';
import { onTerminal, type TerminalOptions } from './terminal';

// Records as the functions and the runner write them: what these commands show is the same whoever wrote it.

const { machine, dir, run, json } = useJobs();

/** What a shell makes of a line, in which "$0" "$1" is the command: the machine is of this process, which must not wait. */
function shell(script: string): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, LAMBDA_EC2_STATE: STATE, NO_COLOR: '' };
  return new Promise((resolve) => {
    execFile('bash', ['-c', script, process.execPath, BIN], { env }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const put = (Key: string, Body: string) =>
  machine().s3.send(new PutObjectCommand({ Bucket: machine().bucket, Key, Body }));
const remove = (Key: string) => machine().s3.send(new DeleteObjectCommand({ Bucket: machine().bucket, Key }));

async function record(job_id: string, fields: Partial<Status>, log?: string): Promise<void> {
  const status: Status = { job_id, state: 'RUNNING', reason: null, message: 'the job runs', attempt: 1, ...fields };
  if (log !== undefined) await put(outputKeys(job_id).ec2Log, log);
  await put(outputKeys(job_id).status, formatStatus(status));
}
const failed = (reason: Status['reason'], message = 'it failed') =>
  ({ state: 'FAILED', reason, message, submitted: ago(60), started: ago(59), ended: ago(50) }) as const;

const ESCAPES = '\u001b[2J\u001b]0;title\u0007';

test('where there are no jobs, that is said and no error', async () => {
  const { code, stdout, stderr } = await run('list');
  expect([code, stdout, stderr]).toEqual([0, '', expect.stringMatching(/^no jobs: lambda-ec2 submit/)]);
  expect(await json(listJson.schema, 'ls')).toEqual({ jobs: [] });
  expect((await run('list', '-q')).stderr).toBe('');
  expect(await json(missingJson.schema, 'list', '--missing')).toEqual({ missing: [], ignored: [] });
  for (const command of ['show', 'logs', 'status -', 'download -', 'stop -']) {
    const asked = await run(...command.split(' '));
    expect([command, asked.code, asked.stdout]).toEqual([command, 5, '']);
    expect(asked.stderr).toMatch(/^error: there are no jobs yet/);
  }
});

describe('with jobs', () => {
  beforeAll(async () => {
    await record('waits', {
      state: 'WAITING',
      reason: 'NO_CAPACITY',
      message: `no ${ESCAPES}capacity`,
      submitted: ago(1),
    });
    await record('2026/runs', { submitted: ago(20), started: ago(19) }, `${ago(19)} INFO  begins\nprinted`);
    await record('fine', { state: 'SUCCEEDED', message: 'done', submitted: ago(30), started: ago(29), ended: ago(28) });
    await put(outputKeys('fine').output, 'the output');
    await put(outputKeys('fine').ec2Log, 'the log\n');
    await record('failed', failed('APP_FAILED', 'the app ended with exit status 1'), `one\ntwo\n${ESCAPES}three\n`);
    await record('lost', failed('LOST'));
    await record('stopped', failed('CANCELLED', 'ann stopped the job'), 'stop: CANCELLED: ann stopped the job\n');
    await record('-x', failed('OUT_OF_MEMORY'), 'log of -x\n');
    await record("it's ü", failed('NO_OUTPUT'), 'log of ü\n');
    await put(outputKeys('garbage').status, '{"job_id":');
    await machine().finished();
  });
  afterAll(async () => {
    for (const id of ['waits', '2026/runs']) await remove(outputKeys(id).status);
  });

  const ids = async (...options: string[]) =>
    (await json(listJson.schema, 'list', ...options)).jobs.map(({ job_id }) => job_id).sort();

  test('list has those under way first, and selects', async () => {
    const { jobs } = await json(listJson.schema, 'list');
    expect(jobs.slice(0, 3).map(({ job_id }) => job_id)).toEqual(['waits', '2026/runs', 'fine']);
    expect(await ids('-n', '0')).toEqual(['2026/runs', 'waits']);
    expect(await ids('--failed')).toEqual(['-x', 'failed', "it's ü", 'lost']);
    expect(await ids('--status', 'cancelled')).toEqual(['stopped']);
    expect(await ids('--since', '25m')).toEqual(['2026/runs', 'waits']);
    expect((await run('list', '--status', 'TIMED_OUT')).stderr).toBe('no job is like that\n');
  });

  test('in a pipe the table is whole, without colours, also where CI is set', async () => {
    const { stdout, stderr } = await shell(`CI=true "$0" "$1" list --local | cat`);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n')).toHaveLength(10);
    expect(stdout).toMatch(/^ID +STATE +AGE +DURATION +REASON +COST +COMMIT\n/);
  });

  const shown = (words: string, options?: TerminalOptions) =>
    onTerminal(dir(), [...words.split(' '), '--local'], options);

  test('on a terminal of 40 columns no line is longer, and a dumb one gets no sequences', async () => {
    for (const words of ['list', 'list --missing', 'show failed', 'logs failed']) {
      const { code, raw, lines } = await shown(words, { columns: 40, env: { TERM: 'dumb' } });
      expect([words, code, raw.includes('\u001b')]).toEqual([words, 0, false]);
      if (words === 'list') expect(lines[0]).toMatch(/^ID +STATE +AGE/);
      if (words === 'list') expect(raw.split('\r\n').every((line) => line.length <= 40)).toBe(true);
    }
  });

  test('what steers a terminal is taken out of messages and logs', async () => {
    for (const words of ['show waits', 'logs waits', 'logs failed', 'show failed', 'list']) {
      const { raw } = await shown(words);
      expect([words, raw.includes('\u001b[2J') || raw.includes('\u0007')]).toEqual([words, false]);
    }
    expect((await run('logs', 'failed')).stdout).toBe(`one\ntwo\n${ESCAPES}three\n`);
  });

  test('show has the newest job when none is named, and the record as it is', async () => {
    expect((await run('show')).stdout).toMatch(/^waits WAITING: NO_CAPACITY \(platform\)\nno capacity\n/);
    expect((await run('job', '-')).stdout).toMatch(/^waits /);
    expect((await json(showJson.schema, 'describe', 'fin')).state).toBe('SUCCEEDED');
    expect((await run('show', 'failed')).stdout).toMatch(/the end of its log:\none\ntwo\nthree\n\nnext:\n/);
    const garbage = await run('show', 'garbage');
    expect([garbage.code, garbage.stdout]).toEqual([0, expect.stringContaining('cannot be read')]);
  });

  test.each([
    ['-x', ['--', '-x']],
    ["it's ü", ["it's ü"]],
    ['2026/runs', ['2026']],
  ])('the job %s is found, and its commands are printed as a shell takes them', async (id, words) => {
    const { code, stdout } = await lambdaEc2(['show', '--local', ...words], { cwd: dir() });
    expect([code, stdout.startsWith(id)]).toEqual([0, true]);
    const line = /^ {2}lambda-ec2 (logs .*)$/m.exec(stdout)?.[1] as string;
    const typed = `"$0" "$1" ${line.replace(' -f', '')}`;
    expect((await shell(`${typed}; echo "$?" >&2`)).stderr).toMatch(/(^|\n)0\n$/);
  });

  test('logs of every state', async () => {
    const says = async (...words: string[]) => {
      const { code, stdout, stderr } = await run('logs', ...words);
      return [code, stdout, stderr];
    };
    expect(await says('waits')).toEqual([
      0,
      '',
      expect.stringMatching(/^there is no log yet: the job is WAITING: no /),
    ]);
    expect(await says('2026', '-n', '1')).toEqual([0, 'printed\n', '']);
    expect(await says('2026', '-n', '1', '--timestamps')).toEqual([0, expect.stringMatching(/^2.*Z printed\n$/), '']);
    expect(await says('2026', '--since', '5m')).toEqual([
      0,
      '',
      expect.stringMatching(/^left out: 1 line without a time/),
    ]);
    expect(await says('stopped')).toEqual([0, 'stop: CANCELLED: ann stopped the job\n', '']);
    expect(await says('lost')).toEqual([0, '', expect.stringContaining('there is no log')]);
    expect(await says('fine', '--app')).toEqual([0, '', expect.stringContaining('there is no app log')]);
    const { stdout } = await run('logs', 'fine', '--json');
    expect(JSON.parse(stdout)).toEqual({ job_id: 'fine', lines: ['the log'] });
    expect(await says('stopped', '-f', '-q')).toEqual([1, 'stop: CANCELLED: ann stopped the job\n', '']);
    expect(await says('failed', '-n', 'x')).toEqual([2, '', expect.stringMatching(/^error: --tail x: give a whole/)]);
  });

  test('logs -f --json is a line an object, and ends with the job', async () => {
    const job = { submitted: ago(3), started: ago(2) };
    await record('grows', job, 'first\nhalf');
    const child = startLambdaEc2(['logs', 'grows', '-f', '--json', '--local'], { cwd: dir() });
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await until(() => stdout.includes('first'));
    await record('grows', { ...job, state: 'SUCCEEDED', message: 'done', ended: ago(0) }, 'first\nhalf a line\n');
    expect(await ended).toBe(0);
    const [first, second, status] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([first, second]).toEqual([{ line: 'first' }, { line: 'half a line' }]);
    expect(showJson.schema.parse(status).state).toBe('SUCCEEDED');
  });

  test('a big log is printed whole, and a reader that has enough is no error', async () => {
    const log = `${'x'.repeat(99)}\n`.repeat(200_000);
    await put(outputKeys('fine').ec2Log, log);
    expect((await run('logs', 'fine')).stdout).toHaveLength(log.length);
    const { stdout, stderr } = await shell(`"$0" "$1" logs fine --local | head -1; echo \${PIPESTATUS[0]}`);
    expect([stdout, stderr]).toEqual([`${'x'.repeat(99)}\n0\n`, '']);
    await put(outputKeys('fine').ec2Log, 'the log\n');
  });

  test('download gets what is there, and replaces nothing unasked', async () => {
    const { files } = await json(downloadJson.schema, 'get', 'fine', 'x/y');
    expect(files).toEqual({
      output: 'x/y/fine.zip',
      ec2_log: 'x/y/fine_ec2.log',
      app_log: null,
      status: 'x/y/fine_status.json',
    });
    writeFileSync(path.join(dir(), 'x/y/fine.zip'), 'mine');
    const again = await run('download', 'fine', '-o', 'x/y');
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(again.stderr).toMatch(/^error: Replace x\/y\/fine.zip, .*no terminal to ask on: give -y/);
    expect(readFileSync(path.join(dir(), 'x/y/fine.zip'), 'utf8')).toBe('mine');
    expect((await run('fetch', 'fine', 'x/y', '-y')).code).toBe(0);
    expect(readFileSync(path.join(dir(), 'x/y/fine.zip'), 'utf8')).toBe('the output');
    expect(readdirSync(path.join(dir(), 'x/y')).sort()).toEqual(['fine.zip', 'fine_ec2.log', 'fine_status.json']);
    writeFileSync(path.join(dir(), 'file'), '');
    expect((await run('download', 'fine', 'file')).stderr).toMatch(/^error: file: that is a file/);
  });

  test('an input without a record is listed as missing', async () => {
    await put('app_runner/input/template=99/gone.zip', 'PK');
    await until(async () => (await run('show', 'gone', '--json')).stdout.includes('LAUNCH_REFUSED'));
    await machine().finished();
    await remove(outputKeys('gone').status);
    const { missing } = await json(missingJson.schema, 'list', '--missing');
    expect(missing).toMatchObject([{ job_id: 'gone', input_key: 'app_runner/input/template=99/gone.zip' }]);
    const { stdout, stderr } = await run('list', '--missing');
    expect(stdout).toMatch(/^ID +AGE +INPUT\ngone .*gone.zip\n$/);
    expect(stderr).toContain('lambda-ec2 rerun --missing');
  });

  test.each<[string, number, RegExp]>([
    ['show f', 2, /^error: f is the beginning of several jobs, give more of it: failed, fine/],
    ['show none', 5, /^error: there is no job none/],
    ['logs none -f', 5, /there is no job none/],
    ['download none', 5, /there is no job none/],
    ['stop none', 5, /there is no job none/],
    ['stop', 2, /which job\?/],
    ['stop fine --all', 2, /leave the ids out/],
    ['list --status DONE', 2, /give one of WAITING, RUNNING/],
    ['list --since 7', 2, /--since 7: give a whole number and a unit/],
    ['list -n -1', 2, /whole number/],
    ['list --missing --failed', 2, /--missing lists every input/],
    ['list --frob', 2, /unknown option '--frob'/],
    ['lst', 2, /list/],
  ])('%s is exit status %d, with --json as an object', async (words, status, why) => {
    const { code, stdout, stderr } = await run(...words.split(' '), '--json');
    expect([code, stderr]).toEqual([status, expect.stringMatching(why)]);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: status === 5 ? 'not_found' : 'usage', exit_status: status, message: expect.any(String) },
    });
  });
});
