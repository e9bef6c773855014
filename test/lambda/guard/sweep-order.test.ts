import { setImmediate } from 'node:timers/promises';
import type { InstanceStateName } from '@aws-sdk/client-ec2';
import { sweep } from '../../../lambda/guard/sweep';
import { described, stubAws } from './stub-aws';

/** Past every deadline. */
const overdue = (id: string) => ({ ...described(id, 'running'), LaunchTime: new Date(0) });
const jobOf = (id: string, state: InstanceStateName) =>
  described(id, state, {
    job: { bucket: 'jobs', key: `app_runner/input/${id}.zip`, versionId: 'v1', sequencer: '0A', attempt: 1 },
  });

test('instances that still cost something are handled first, each kind in the order of EC2', async () => {
  const instances = [
    jobOf('i-1', 'terminated'),
    overdue('i-2'),
    jobOf('i-3', 'terminated'),
    jobOf('i-4', 'shutting-down'),
    overdue('i-5'),
  ];
  const { deps, asked } = stubAws({ instances });
  await sweep(deps, new Set());
  const firsts = asked.slice(1, 6).map(([, { Key, InstanceIds }]) => Key ?? InstanceIds);
  expect(firsts).toEqual([
    ['i-2'],
    'app_runner/output/i-4_status.json',
    ['i-5'],
    'app_runner/output/i-1_status.json',
    'app_runner/output/i-3_status.json',
  ]);
});

test('eight instances are handled at one time, and each once', async () => {
  const ids = Array.from({ length: 19 }, (_, at) => `i-${at}`);
  let now = 0;
  let most = 0;
  const { deps, inputs } = stubAws({ instances: ids.map(overdue) }, async (name) => {
    if (name !== 'TerminateInstances') return undefined;
    most = Math.max(most, ++now);
    await setImmediate();
    now--;
    return {};
  });
  await sweep(deps, new Set());
  expect(inputs('TerminateInstances')).toEqual(ids.map((id) => ({ InstanceIds: [id] })));
  expect(most).toBe(8);
});

test('an instance whose job is concluded is not looked at again, and forgotten when EC2 shows it no more', async () => {
  const { deps, asked } = stubAws({ instances: [jobOf('i-1', 'terminated')] });
  const concluded = new Set(['i-1', 'i-0']);
  await sweep(deps, concluded);
  expect(asked.map(([name]) => name)).toEqual(['DescribeInstances']);
  expect([...concluded]).toEqual(['i-1']);
});

test('what is concluded is remembered, what still runs is not', async () => {
  const status = { job_id: 'i-1', state: 'SUCCEEDED', message: '', attempt: 1, input_sequencer: '0A' };
  const { deps } = stubAws({
    instances: [jobOf('i-1', 'terminated'), jobOf('i-2', 'running')],
    objects: { 'app_runner/output/i-1_status.json': JSON.stringify(status) },
  });
  const concluded = new Set<string>();
  await sweep(deps, concluded);
  expect([...concluded]).toEqual(['i-1']);
});

test('each failure is logged, and all of them are told at the end', async () => {
  const { deps, logged } = stubAws({ instances: ['i-1', 'i-2', 'i-3'].map(overdue) }, (name, { InstanceIds }) => {
    if (name !== 'TerminateInstances' || String(InstanceIds) === 'i-2') return undefined;
    return new Error(`no to ${InstanceIds}`);
  });
  await expect(sweep(deps, new Set())).rejects.toThrow(/^2 of 3 instances failed: i-1: no to i-1; i-3: no to i-3$/);
  const failed = (instanceId: string) => [
    'error',
    'instance.handling_failed',
    { instanceId, error: { name: 'Error', message: `no to ${instanceId}`, code: undefined } },
  ];
  expect(logged.filter(([level]) => level === 'error')).toEqual([failed('i-1'), failed('i-3')]);
});
