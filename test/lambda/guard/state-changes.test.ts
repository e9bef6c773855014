import type { Instance } from '@aws-sdk/client-ec2';
import { createGuardHandler } from '../../../lambda/guard/handler';
import { s3Error } from './memory-bucket';
import { described, stubAws } from './stub-aws';

const changed = (state: string) => ({ detail: { 'instance-id': 'i-1', state } });

test.each([null, undefined, 'text', {}, { detail: null }, { detail: {} }, { source: 'lambda-ec2.schedule' }])(
  'what is no change of an instance is the schedule: %j',
  async (event) => {
    const { deps, asked } = stubAws();
    await createGuardHandler(deps)(event);
    expect(asked.map(([name]) => name).sort()).toEqual(['DescribeInstances', 'ListObjectsV2']);
  },
);

test('a schedule of which several parts fail says of each why', async () => {
  const { deps } = stubAws({}, (name) => (name === 'ListObjectsV2' ? s3Error('SlowDown', 503) : undefined));
  deps.deadLetters.isEmpty = () => Promise.reject(new Error('no queue'));
  await expect(createGuardHandler(deps)({})).rejects.toThrow(/^SlowDown: SlowDown in words; no queue$/);
});

test.each(['shutting-down', 'stopped'])('of an unknown instance that is %s nothing is said', async (state) => {
  const { deps, asked, logged } = stubAws();
  await createGuardHandler(deps)(changed(state));
  expect(asked).toEqual([['DescribeInstances', { InstanceIds: ['i-1'] }]]);
  expect(logged).toEqual([]);
});

test('a terminated instance with the tags of somebody else is not searched for among the tombstones', async () => {
  const other: Instance = { ...described('i-1', 'terminated'), Tags: [{ Key: 'Name', Value: 'other' }] };
  const { deps, asked, logged } = stubAws({ instances: [other] });
  await createGuardHandler(deps)(changed('terminated'));
  expect(asked.map(([name]) => name)).toEqual(['DescribeInstances']);
  expect(logged).toEqual([]);
});

test.each<[string, Instance[]]>([
  ['that EC2 shows no more', []],
  ['without tags', [{ InstanceId: 'i-1', State: { Name: 'terminated' } }]],
  ['with an empty list of tags', [{ ...described('i-1', 'terminated'), Tags: [] }]],
])('a terminated instance %s and without a tombstone is an error', async (_what, instances) => {
  const { deps, inputs, logged } = stubAws({ instances });
  await createGuardHandler(deps)(changed('terminated'));
  expect(inputs('GetObject')).toEqual([{ Bucket: 'jobs', Key: 'app_runner/guard/i-1.json' }]);
  expect(logged).toEqual([['error', 'instance.untagged', { instanceId: 'i-1' }]]);
});

test('other states cost no request', async () => {
  const { deps, asked } = stubAws({ instances: [described('i-1', 'running')] });
  for (const state of ['pending', 'running', 'stopping']) await createGuardHandler(deps)(changed(state));
  expect(asked).toEqual([]);
});
