import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { inputKey, outputKeys } from '../../contract/keys';
import { inputZip, LocalJob, repeatEvents, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// What an upload starts: exactly one run per uploaded version, whatever its name and however often it is reported.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

const ECHO_ID = `${WRITE_OUTPUT}\nimport os\nwrite_output(os.environ['LAMBDA_EC2_JOB_ID'])`;

/** Ids of all instances that were ever started for a job. */
async function instancesOf(jobId: string): Promise<string[]> {
  const Filters = [{ Name: 'tag:lambda-ec2:job', Values: [jobId] }];
  const { Reservations = [] } = await machine().ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId as string));
}

test.each([
  ['spaces and plus signs', 'a b+c  d'],
  ['unicode', 'März/日本-€'],
  ['quotes', `it's "quoted"`],
  ['shell syntax', '$(touch x) `touch y`; rm -rf $HOME & %41'],
])('a key with %s runs under exactly that job id', async (_, jobId) => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  const { status, output, ec2Log } = await job.run(jobId);
  expect(status).toMatchObject({ state: 'SUCCEEDED', job_id: jobId });
  expect(resultText(output)).toBe(jobId);
  expect(ec2Log).toContain(jobId);
});

test('the same event delivered three times gives one run', async () => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  const once = repeatEvents(machine());
  try {
    const { status } = await job.run('thrice');
    expect(status.state).toBe('SUCCEEDED');
    await machine().finished();
    expect(await instancesOf('thrice')).toHaveLength(1);
    expect(machine().deadLetters).toBe(0);
  } finally {
    once();
  }
});

test('two ids with the same basename share nothing', async () => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  const [a, b] = await Promise.all([job.run('a/x'), job.run('b/x')]);
  expect([resultText(a.output), resultText(b.output)]).toEqual(['a/x', 'b/x']);
});

test('a re-upload while the first run is going takes over: the later upload has the outputs', async () => {
  job.commit({
    'main.py': `${WRITE_OUTPUT}
import time, zipfile
text = zipfile.ZipFile('input.zip').comment.decode()
if text == 'first': time.sleep(600)
write_output(text)`,
  });
  await job.configure();
  const first = await job.upload('again', zipWithComment('first'));
  await job.waitFor('again', first, (status) =>
    (status.phases ?? []).some(({ name, seconds }) => name === 'environment' && seconds !== null),
  );
  const second = await job.upload('again', zipWithComment('second'));
  const { status, output } = await job.result('again', second);
  expect(status).toMatchObject({ state: 'SUCCEEDED', input_version: second });
  expect(resultText(output)).toBe('second');
  expect(await instancesOf('again')).toHaveLength(2);
});

test('a re-upload while the first run uploads its output takes over: the older output never stands', async () => {
  // The first run's output takes long: the service stumbles over it until the newer upload has been seen.
  job.commit({
    'main.py': `
import os, zipfile
text = zipfile.ZipFile('input.zip').comment.decode()
with zipfile.ZipFile('output.zip', 'w') as archive:
    archive.writestr('result.txt', text)
    if text == 'first': archive.writestr('large', os.urandom(9 << 20))`,
  });
  await job.configure();
  const keyPattern = /app_runner\/output\/late\.zip$/;
  machine().services.s3.failNext({ keyPattern, method: 'POST', status: 503, code: 'SlowDown', count: 1000 });
  const first = await job.upload('late', zipWithComment('first'));
  await job.waitFor('late', first, (status) =>
    (status.phases ?? []).some(({ name, seconds }) => name === 'app' && seconds !== null),
  );
  const second = await job.upload('late', zipWithComment('second'));
  const { status, output } = await job.result('late', second);
  expect(status).toMatchObject({ state: 'SUCCEEDED', input_version: second });
  expect(resultText(output)).toBe('second');
});

test('a status that somebody removes while the job runs is written again', async () => {
  job.commit({ 'main.py': `${ECHO_ID}\nimport time\ntime.sleep(6)` });
  await job.configure();
  const version = await job.upload('removed');
  await job.waitFor('removed', version, (status) =>
    (status.phases ?? []).some(({ name, seconds }) => name === 'environment' && seconds !== null),
  );
  const Key = outputKeys('removed').status;
  await machine().s3.send(new DeleteObjectCommand({ Bucket: machine().bucket, Key }));
  const { status, output } = await job.result('removed', version);
  expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'removed']);
});

test('a new default launch template version overrides a setting for the next job', async () => {
  job.commit({ 'main.py': ECHO_ID, 'other.py': `${WRITE_OUTPUT}\nwrite_output('other')` });
  await job.configure();
  expect(resultText((await job.run('before')).output)).toBe('before');
  const version = await job.configure({ app_main: 'other.py' });
  const { status, output } = await job.run('after');
  expect(resultText(output)).toBe('other');
  expect(status.template_version).toBe(String(version));
});

test('template=N in the key tries a version on one job and leaves the default alone', async () => {
  job.commit({ 'main.py': ECHO_ID, 'other.py': `${WRITE_OUTPUT}\nwrite_output('other')` });
  const base = await job.configure();
  const version = await job.configure({ app_main: 'other.py' }, false);
  const tried = await job.run('tried', inputZip(), inputKey('tried', String(version)));
  expect([resultText(tried.output), tried.status.template_version]).toEqual(['other', String(version)]);
  expect((await job.run('usual')).status.template_version).toBe(String(base));
});

test('a template version that does not exist fails that job at once, with what to do', async () => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  const { status, ec2Log } = await job.run('nowhere', inputZip(), inputKey('nowhere', '9999'));
  expect(status).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
  expect(ec2Log).not.toBe('');
});

test('S3 answering 503 for a while delays a job and does not fail it', async () => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  machine().services.s3.failNext({ keyPattern: /app_runner\/output\/slow/, status: 503, code: 'SlowDown', count: 6 });
  const { status, output } = await job.run('slow');
  expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'slow']);
});

test('a subnet without capacity is passed over', async () => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  machine().services.ec2.failNext({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', count: 2 });
  expect((await job.run('elsewhere')).status.state).toBe('SUCCEEDED');
});

test('a job that EC2 cannot take now says so while it waits, and runs later', async () => {
  job.commit({ 'main.py': ECHO_ID });
  await job.configure();
  machine().services.ec2.failNext({ action: 'RunInstances', code: 'RequestLimitExceeded', count: 2 });
  const version = await job.upload('patient');
  const seen: string[] = [];
  await job.waitFor('patient', version, ({ state, message }) => {
    seen.push(`${state} ${message}`);
    return state === 'SUCCEEDED';
  });
  expect(seen[0]).toMatch(/^WAITING .*RequestLimitExceeded.*tried again until/);
  const { status, output } = await job.result('patient', version);
  expect([status.state, resultText(output)]).toEqual(['SUCCEEDED', 'patient']);
});

/** An empty zip whose comment tells inputs apart. */
function zipWithComment(text: string): Buffer {
  const end = inputZip();
  end.writeUInt16LE(Buffer.byteLength(text), 20);
  return Buffer.concat([end, Buffer.from(text)]);
}
