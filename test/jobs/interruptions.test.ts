import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { endInstancesOf } from '../../lambda/guard/end-instances';
import { type Cancelled, cancelJob } from '../../lambda/shared/cancel-job';
import { processes } from '../processes';
import { type JobResult, LocalJob, useLocalMachine } from './local-job';

// What comes from outside while a job runs: the record is written all the same, by whoever is left.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
  job.commit({ 'main.py': 'import time\nprint("running", flush=True)\ntime.sleep(600)' });
});
afterEach(() => job.close());

/** Uploads and waits until the app runs. Returns the version of the input and the instance. */
async function startedJob(jobId: string): Promise<{ version: string; instanceId: string }> {
  await job.configure();
  const version = await job.upload(jobId);
  let instanceId = '';
  await job.waitFor(jobId, version, (status) => {
    instanceId = status.instance_id as string;
    return (status.phases ?? []).some(({ name, seconds }) => name === 'environment' && seconds !== null);
  });
  return { version, instanceId };
}

/** Waits until the live log shows what the app prints. */
async function appRuns(jobId: string): Promise<void> {
  let log = '';
  while (!log.includes('running')) {
    log = (await job.object(`app_runner/output/${jobId}_ec2.log`))?.toString() ?? '';
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The process of the runner itself. */
function runnerOf(instanceId: string): number {
  return processes().find(
    ({ words }) =>
      words.includes('run') && words.some((word) => word.endsWith(`${instanceId}/root/usr/lib/lambda-ec2`)),
  )?.pid as number;
}

test('a runner that is killed still leaves its log and a record, and the instance ends', async () => {
  const { version, instanceId } = await startedJob('killed');
  process.kill(runnerOf(instanceId), 'SIGKILL');
  const { status, ec2Log } = await job.result('killed', version);
  expect(status).toMatchObject({ state: 'FAILED', reason: 'INTERRUPTED' });
  expect(ec2Log).toContain('running');
});

test('an instance that is terminated by hand reports INTERRUPTED before it goes', async () => {
  const { version, instanceId } = await startedJob('terminated');
  await machine().ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  const { status, ec2Log } = await job.result('terminated', version);
  expect(status).toMatchObject({ state: 'FAILED', reason: 'INTERRUPTED' });
  expect(ec2Log).toContain('running');
  const { Reservations } = await machine().ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
});

test('the log and the status can be read while the app still runs', async () => {
  const { version, instanceId } = await startedJob('live');
  await appRuns('live');
  await machine().ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  await job.result('live', version);
});

/** Makes CANCELLED the record of a job, as `stop` does. */
function cancel(jobId: string): Promise<Cancelled> {
  const { s3, bucket } = machine();
  return cancelJob(s3, { bucket, jobId, who: 'Ann', now: Date.now() });
}

function expectCancelled({ status, ec2Log, output }: JobResult): void {
  expect(status).toMatchObject({ state: 'FAILED', reason: 'CANCELLED' });
  expect(status.message).toMatch(/^Ann stopped the job at 2/);
  expect(ec2Log).toContain(`CANCELLED: ${status.message}`);
  expect(output).toBeUndefined();
}

test('a job that somebody stops has CANCELLED as its record, its logs, no output, and no instance any more', async () => {
  const { version, instanceId } = await startedJob('stopped');
  await appRuns('stopped');
  const cancelled = await cancel('stopped');
  if (cancelled.kind !== 'cancelled') throw new Error(cancelled.kind);
  const owner = { stackName: 'lambda-ec2', templateId: machine().templateId };
  expect(await endInstancesOf(machine().ec2, owner, cancelled.run)).toEqual([instanceId]);
  await machine().finished();
  const result = await job.result('stopped', version);
  expectCancelled(result);
  expect(result.status).toMatchObject({ instance_id: instanceId, attempt: 1 });
});

test('the runner ends a job that somebody stopped and powers off, although nobody ends the instance', async () => {
  const { version, instanceId } = await startedJob('alone');
  await appRuns('alone');
  await cancel('alone');
  await machine().finished();
  expectCancelled(await job.result('alone', version));
  const { Reservations } = await machine().ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
});

test('a job that is stopped while it waits is never launched', async () => {
  await job.configure();
  machine().services.ec2.failNext({ action: 'RunInstances', code: 'VcpuLimitExceeded', count: 1 });
  const version = await job.upload('waiting');
  await job.waitFor('waiting', version, ({ state }) => state === 'WAITING');
  expect(await cancel('waiting')).toMatchObject({ kind: 'cancelled' });
  await machine().finished();
  expectCancelled(await job.result('waiting', version));
});
