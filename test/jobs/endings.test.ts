import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// Every way in which a job may end: whatever happens, the log and the status are there and the instance is gone.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

let count = 0;
const jobId = () => `job-${++count}`;

test('a job that works leaves its output, both logs and a status with its phases', async () => {
  const commit = job.commit({
    'main.py': `${WRITE_OUTPUT}\nprint('said by the app')\nopen('app.log', 'w').write('own log\\n')\nwrite_output('done')`,
  });
  await job.configure({ price_per_hour: 3.6 });
  const { status, ec2Log, appLog, output } = await job.run('2026/may');
  expect(status).toMatchObject({
    state: 'SUCCEEDED',
    reason: null,
    exit_code: 0,
    job_id: '2026/may',
    git_commit: commit,
    // The minute that EC2 bills at least.
    cost_estimate_usd: 0.06,
  });
  // Of a machine that is not the job's alone, its size and disk tell nothing.
  expect(status.usage).toEqual({
    peak_memory_bytes: expect.any(Number),
    memory_bytes: null,
    memory_limit_bytes: null,
    cpu_seconds: expect.any(Number),
    vcpus: null,
    disk_used_bytes: null,
    input_bytes: 22,
    output_bytes: output?.length,
  });
  expect(status.usage?.peak_memory_bytes).toBeGreaterThan(1 << 20);
  expect(status.phases?.map(({ name }) => name).sort()).toEqual(
    ['app', 'boot', 'claim', 'environment', 'input', 'output', 'source'].sort(),
  );
  expect(ec2Log).toContain('said by the app');
  expect(appLog).toBe('own log\n');
  expect(resultText(output)).toBe('done');
});

test('an app that exits 3 fails the job with that exit code, and without an app log when it wrote none', async () => {
  job.commit({ 'main.py': 'import sys\nprint("sorry")\nsys.exit(3)' });
  await job.configure();
  const { status, ec2Log, appLog, output } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'APP_FAILED', exit_code: 3 });
  expect(status.message).toBe('the app ended with exit status 3; its last line: sorry');
  expect(ec2Log).toContain('sorry');
  expect([appLog, output]).toEqual([undefined, undefined]);
});

test('an app that writes no output, an empty one or half a zip never counts as a success', async () => {
  job.commit({
    'main.py': `${WRITE_OUTPUT}
import zipfile
names = zipfile.ZipFile('input.zip').namelist()
kind = open('kind').read().strip()
if kind == 'empty': open('output.zip', 'w').close()
if kind == 'half':
    write_output('x' * 100)
    data = open('output.zip', 'rb').read()
    open('output.zip', 'wb').write(data[:40])`,
    kind: 'none',
  });
  await job.configure();
  for (const kind of ['none', 'empty', 'half']) {
    job.commit({ kind });
    const { status, output } = await job.run(jobId());
    expect([kind, status.state, status.reason, output]).toEqual([kind, 'FAILED', 'NO_OUTPUT', undefined]);
  }
});

test('an output that holds other zip files is whole', async () => {
  job.commit({
    'main.py': `
import io, zipfile
inner = io.BytesIO()
zipfile.ZipFile(inner, 'w').close()
with zipfile.ZipFile('output.zip', 'w') as archive:
    for number in range(800): archive.writestr('%d.zip' % number, inner.getvalue())`,
  });
  await job.configure();
  expect((await job.run(jobId())).status.state).toBe('SUCCEEDED');
});

test('no output, log or input goes through a link that leads out of the app', async () => {
  const outside = path.join(job.dir, 'outside');
  mkdirSync(outside);
  const theirs = ['input.zip', 'output.zip', 'app.log'];
  for (const name of theirs) writeFileSync(path.join(outside, name), 'theirs');
  job.commit({ 'main.py': '' });
  symlinkSync(outside, path.join(job.repository, 'out'));
  job.commit({});
  for (const [name, file] of [
    ['app_out_zip', 'out/output.zip'],
    ['app_log', 'out/deeper/app.log'],
    ['app_in_zip', 'out/input.zip'],
  ] as const) {
    await job.configure({ [name]: file });
    const { status, output } = await job.run(jobId());
    expect([status.reason, output]).toEqual(['BAD_SETTINGS', undefined]);
    expect(status.message).toContain(`${name} '${file}' is not a place for a file inside the app`);
  }
  expect(readdirSync(outside).sort()).toEqual(theirs.sort());

  // The same, made by the app itself while it runs.
  job.commit({
    'main.py': `import os\nfor name in ('a', 'b'):\n    os.rename(name, name + '-before')\n    os.symlink(${JSON.stringify(outside)}, name)`,
  });
  await job.configure({ app_out_zip: 'a/output.zip', app_log: 'b/app.log' });
  const { status, output, appLog } = await job.run(jobId());
  expect([status.reason, output, appLog]).toEqual(['NO_OUTPUT', undefined, undefined]);
});

test('an output that was committed to the repository does not pass for the run', async () => {
  job.commit({ 'main.py': 'print("nothing")', 'output.zip': 'PK old', 'app.log': 'old log' });
  await job.configure();
  const { status, output, appLog } = await job.run(jobId());
  expect([status.reason, output, appLog]).toEqual(['NO_OUTPUT', undefined, undefined]);
});

test('the output and app log of an earlier run do not pass for those of a later one', async () => {
  const again = jobId();
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nopen('app.log', 'w').write('first')\nwrite_output('first')` });
  await job.configure();
  expect(resultText((await job.run(again)).output)).toBe('first');
  job.commit({ 'main.py': 'raise SystemExit(1)' });
  const { status, output, appLog } = await job.run(again);
  expect([status.state, output, appLog]).toEqual(['FAILED', undefined, undefined]);
});

test('an app that hangs and ignores TERM is killed at ec2_timeout', async () => {
  job.commit({
    'main.py': 'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("hanging")\ntime.sleep(600)',
  });
  await job.configure({ ec2_timeout: '20s' });
  const { status, ec2Log } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'TIMED_OUT' });
  expect(ec2Log).toContain('hanging');
});

test('a daemon that the app leaves behind is ended, and the job succeeds', async () => {
  job.commit({
    'main.py': `${WRITE_OUTPUT}
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    os._exit(0)
write_output('done')`,
  });
  await job.configure();
  const { status } = await job.run(jobId());
  expect(status.state).toBe('SUCCEEDED');
});

test('an app may change its directory and print megabytes', async () => {
  job.commit({
    'main.py': `${WRITE_OUTPUT}
import os
out = os.path.abspath('output.zip')
os.chdir('/')
for _ in range(40000): print('x' * 250)
write_output('done', out)`,
  });
  await job.configure();
  const { status, ec2Log } = await job.run(jobId());
  expect(status.state).toBe('SUCCEEDED');
  expect(ec2Log.length).toBeGreaterThan(10_000_000);
});

test('a repository that cannot be fetched is CLONE_FAILED with what git said', async () => {
  job.commit({ 'main.py': '' });
  await job.configure({ app_ref: 'no-such-branch' });
  const { status } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'CLONE_FAILED' });
  expect(status.message).toContain('no-such-branch');
});

test('requirements that cannot be installed are REQUIREMENTS_FAILED', async () => {
  job.commit({ 'main.py': '', 'needs/all.txt': './no-such-package\n' });
  await job.configure({ app_requirements: 'needs/all.txt' });
  const { status, ec2Log } = await job.run(jobId());
  expect(status).toMatchObject({ state: 'FAILED', reason: 'REQUIREMENTS_FAILED' });
  expect(ec2Log).toContain('no-such-package');
});

test('an input that is no zip file is INPUT_UNREADABLE', async () => {
  job.commit({ 'main.py': '' });
  await job.configure();
  const { status } = await job.run(jobId(), Buffer.from('not a zip'));
  expect(status).toMatchObject({ state: 'FAILED', reason: 'INPUT_UNREADABLE' });
});
