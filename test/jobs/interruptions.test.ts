import { readdirSync, readFileSync } from 'node:fs';
import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { LocalJob, useLocalMachine } from './local-job';

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
    return (status.phases ?? []).some(({ name }) => name === 'environment');
  });
  return { version, instanceId };
}

/** The process of the runner itself. */
function runnerOf(instanceId: string): number {
  const isRunner = (pid: string) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('run') && words.some((word) => word.endsWith(`${instanceId}/root/usr/lib/lambda-ec2`));
    } catch {
      return false;
    }
  };
  const [pid] = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isRunner(name));
  return Number(pid);
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
  let log = '';
  while (!log.includes('running')) {
    log = (await job.object('app_runner/output/live_ec2.log'))?.toString() ?? '';
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await machine().ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  await job.result('live', version);
});
