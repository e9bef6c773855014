import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alongside } from '../contract/shell';

// What systemd says of the app's end, and what it means for the job. The pairs are those of systemd.service(5), and were
// seen with systemd 252.

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'judge-test-'));
  mkdirSync(path.join(dir, 'status'));
  writeFileSync(path.join(dir, 'ec2.log'), 'first\nlast words\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The reason and message that a result leads to; both empty for a success. */
async function judged(result: string, options: { late?: boolean; log?: string; saysFrom?: number } = {}) {
  const { late = false, log, saysFrom = 0 } = options;
  if (log) writeFileSync(path.join(dir, 'ec2.log'), log);
  writeFileSync(path.join(dir, 'app-result'), result);
  const script = `
    EC2_LOG=${dir}/ec2.log STATUS_DIR=${dir}/status APP_RESULT_FILE=${dir}/app-result WORK_DIR=${dir} INSTANCE_ID=i-1
    APP_SAYS_FROM=${saysFrom}
    declare -A SETTING=([ec2_timeout]=1m)
    deadline::has_passed() { ${late}; }
    app::judge || :
    printf '%s\\n%s\\n%s' "$(status::value reason)" "$(status::value exit_code)" "$(status::value message)"`;
  const { stdout, stderr } = await alongside(['log', 'clock', 'phase', 'disk', 'status', 'app'], script, {
    stateDir: dir,
  });
  const [reason, exitCode, message] = stdout.split('\n');
  return { reason, exitCode, message, stderr };
}

test('an end with 0 is a success, also when a daemon that stayed behind had to be killed', async () => {
  expect(await judged('success exited 0')).toMatchObject({ reason: '', exitCode: '0' });
  expect(await judged('timeout exited 0')).toMatchObject({ reason: '', exitCode: '0' });
});

test.each(['TERM', 'HUP', 'INT', 'PIPE'])(
  'an end by %s is a failure, although systemd calls it clean',
  async (signal) => {
    const { reason, message, exitCode } = await judged(`success killed ${signal}`);
    expect([reason, exitCode]).toEqual(['APP_FAILED', '']);
    expect(message).toContain(`signal ${signal}`);
  },
);

test('an exit status is told with the last line', async () => {
  expect(await judged('exit-code exited 3')).toMatchObject({
    reason: 'APP_FAILED',
    exitCode: '3',
    message: 'the app ended with exit status 3; its last line: last words',
  });
});

test.each([
  ['', ''],
  ['\n \n', ''],
  ['oh\n\n', '; its last line: oh'],
])('of an app that said %j the message ends in %j', async (said, ending) => {
  const before = 'what the runner said\n';
  expect(await judged('exit-code exited 3', { log: before + said, saysFrom: before.length })).toMatchObject({
    message: `the app ended with exit status 3${ending}`,
  });
});

test('at the limit the job is TIMED_OUT, however the app took it', async () => {
  for (const result of ['timeout killed TERM', 'timeout killed KILL', 'timeout exited 0']) {
    expect(await judged(result, { late: true })).toMatchObject({ reason: 'TIMED_OUT', exitCode: '' });
    rmSync(path.join(dir, 'status'), { recursive: true });
    mkdirSync(path.join(dir, 'status'));
  }
});

test('an app that the kernel killed for its memory is OUT_OF_MEMORY', async () => {
  expect(await judged('oom-kill killed KILL')).toMatchObject({ reason: 'OUT_OF_MEMORY', exitCode: '' });
});

test('an app that failed for want of room is DISK_FULL', async () => {
  const log = 'OSError: [Errno 28] No space left on device\n';
  expect(await judged('exit-code exited 1', { log })).toMatchObject({ reason: 'DISK_FULL', exitCode: '1' });
});

test('a last line that is no text does not spoil the status', async () => {
  const broken = Buffer.concat([Buffer.from('x'.repeat(299)), Buffer.from('ü'), Buffer.from([0xff, 0xfe, 0x0a])]);
  writeFileSync(path.join(dir, 'ec2.log'), broken);
  await judged('exit-code exited 1');
  const script = `
    STATUS_DIR=${dir}/status OUTPUT_PREFIX=o/ STATUS_SUFFIX=s JOB_ID=j ETAG_FILE=${dir}/etag
    s3::put() { cp "$2" ${dir}/written; : >"$4"; printf 200; }
    status::write FAILED`;
  const parts = ['log', 'clock', 'json', 'phase', 's3', 'status'];
  expect((await alongside(parts, script, { stateDir: dir })).stdout).toBe('200');
  const written = readFileSync(path.join(dir, 'written'));
  expect(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(written))).toMatchObject({ state: 'FAILED' });
});
