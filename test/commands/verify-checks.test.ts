import { PutObjectCommand } from '@aws-sdk/client-s3';
import { checkInstances, checkLogs, checkOutput, checkStatus, type VerifiedJob } from '../../cli/verify/checks';
import type { Target } from '../../cli/verify/target';
import { outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { inputZip, useLocalMachine } from '../jobs/local-job';

// Broken promises that a working machine cannot be brought to: what an old run left,
// and what EC2 says of others' mistakes.

const machine = useLocalMachine();
const target = (): Target =>
  ({ ...machine(), s3: machine().s3, bucket: machine().bucket, runsExample: false }) as never;
const SUCCEEDED: Status = { job_id: 'x', state: 'SUCCEEDED', message: 'done', attempt: 1 };

const job = (jobId: string, uploaded = new Date(0)): VerifiedJob => ({
  jobId,
  inputVersion: 'v',
  sent: uploaded,
  uploaded,
  inputFits: true,
});
const put = (Key: string, Body: Buffer | string) =>
  machine().s3.send(new PutObjectCommand({ Bucket: machine().bucket, Key, Body }));

test('an output or a log from before the upload does not pass for one of the job', async () => {
  const keys = outputKeys('stale');
  await put(keys.output, inputZip());
  await put(keys.ec2Log, 'old');
  await put(keys.appLog, 'old');
  const later = job('stale', new Date(Date.now() + 60_000));
  const all = [await checkOutput(target(), later, SUCCEEDED), ...(await checkLogs(target(), later))];
  expect(all.map(({ ok }) => ok)).toEqual([false, false, false]);
  for (const { found } of all) expect(found).toContain('before the upload');
  // The same objects are fine for a job that was uploaded before them.
  expect((await checkOutput(target(), job('stale'), SUCCEEDED)).ok).toBe(true);
});

test('a success without an output, and an output that is half a zip, are broken promises', async () => {
  expect(await checkOutput(target(), job('none'), SUCCEEDED)).toMatchObject({ ok: false });
  await put(outputKeys('half').output, 'PK half');
  expect(await checkOutput(target(), job('half'), SUCCEEDED)).toMatchObject({
    ok: false,
    found: 'the output is no whole zip file',
  });
});

test('the log of the instance must be there and say something', async () => {
  expect((await checkLogs(target(), job('silent'))).map(({ ok }) => ok)).toEqual([false, true]);
  await put(outputKeys('silent').ec2Log, Buffer.alloc(0));
  expect((await checkLogs(target(), job('silent'))).map(({ ok }) => ok)).toEqual([false, true]);
});

const TEMPLATE_TAG = [{ Key: 'aws:ec2launchtemplate:id', Value: 'lt-1' }];
const instance = (Name: 'running' | 'stopped' | 'terminated', Tags = TEMPLATE_TAG) => ({
  InstanceId: 'i-1',
  State: { Name },
  Tags,
});

test('no instance, two instances, one of another template and one that stays are each a broken promise', () => {
  const kept = (instances: ReturnType<typeof instance>[]) => checkInstances(instances, 'lt-1').map(({ ok }) => ok);
  expect(kept([instance('terminated')])).toEqual([true, true]);
  expect(kept([])).toEqual([false, false]);
  expect(kept([instance('terminated'), instance('terminated')])).toEqual([false, true]);
  expect(kept([instance('terminated', [])])).toEqual([false, true]);
  expect(kept([instance('stopped')])).toEqual([true, false]);
  expect(kept([instance('running')])).toEqual([true, false]);
});

test('a failure counts as kept only when it is the fault of an app that got a foreign input', () => {
  const failed = (reason: Status['reason'], inputFits: boolean) =>
    checkStatus({ ...SUCCEEDED, state: 'FAILED', reason }, { ...job('x'), inputFits }).ok;
  expect(failed('APP_FAILED', false)).toBe(true);
  expect(failed('APP_FAILED', true)).toBe(false);
  expect(failed('CLONE_FAILED', false)).toBe(false);
  expect(failed('LOST', false)).toBe(false);
});
