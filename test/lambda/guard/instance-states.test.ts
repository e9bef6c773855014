import type { InstanceStateName } from '@aws-sdk/client-ec2';
import { INSTANCE_MARGIN_SECONDS } from '../../../contract/app-rules';
import { asJobInstance, type JobInstance } from '../../../lambda/guard/job-instance';
import { handleInstance } from '../../../lambda/guard/sweep';
import { s3Error } from './memory-bucket';
import { described, stubAws } from './stub-aws';
import { JOB, NOW } from './stub-guard';

const TOMBSTONE = 'app_runner/guard/i-1.json';
const status = (state: string) => ({
  'app_runner/output/may_status.json': JSON.stringify({
    job_id: 'may',
    state,
    message: '',
    attempt: 1,
    input_sequencer: '0A',
    instance_id: 'i-1',
  }),
});

/** Handles an instance of this age in seconds, whose time limit is a minute. */
async function handled(state: InstanceStateName, aws: ReturnType<typeof stubAws>, age = 0) {
  const shown = described('i-1', state, { tags: { ec2_timeout: '1m' } });
  const instance = asJobInstance({ ...shown, LaunchTime: new Date(NOW - age * 1000) }, aws.deps.env) as JobInstance;
  return handleInstance(aws.deps, instance);
}

const END = 60 + INSTANCE_MARGIN_SECONDS;

describe('an instance of ours', () => {
  test.each(['pending', 'running'] as const)(
    'that is %s is terminated at its deadline, and not before',
    async (state) => {
      const aws = stubAws();
      expect(await handled(state, aws, END - 1)).toBe(false);
      expect(aws.asked).toEqual([]);
      expect(await handled(state, aws, END)).toBe(false);
      expect(aws.asked).toEqual([['TerminateInstances', { InstanceIds: ['i-1'] }]]);
      expect(aws.logged).toEqual([
        [
          'warn',
          'instance.terminated',
          {
            instanceId: 'i-1',
            why: 'it is past its deadline',
            launchTime: new Date(NOW - END * 1000),
            key: JOB.key,
          },
        ],
      ]);
    },
  );

  test('that is stopping is left alone, whatever its age', async () => {
    const aws = stubAws();
    expect(await handled('stopping', aws, 10 * END)).toBe(false);
    expect(aws.asked).toEqual([]);
  });

  test('that is stopped is terminated after its end was judged, and is looked at again', async () => {
    const aws = stubAws();
    expect(await handled('stopped', aws)).toBe(false);
    expect(aws.events()).toEqual(['warn job.requeued', 'warn instance.terminated']);
    expect(aws.inputs('TerminateInstances')).toEqual([{ InstanceIds: ['i-1'] }]);
  });

  test('that is stopped is terminated even when its job cannot be concluded', async () => {
    const aws = stubAws({}, (name) => (name === 'GetObject' ? s3Error('SlowDown', 503) : undefined));
    await expect(handled('stopped', aws)).rejects.toThrow('SlowDown');
    expect(aws.events()).toEqual(['warn instance.terminated']);
  });

  test.each([
    ['no record', {}, [TOMBSTONE]],
    ['a record that says RUNNING', status('RUNNING'), [TOMBSTONE]],
    ['a final record', status('SUCCEEDED'), []],
  ])('that shuts down, whose job has %s, is looked at again', async (_what, objects, tombstones) => {
    const aws = stubAws({ objects });
    expect(await handled('shutting-down', aws)).toBe(false);
    expect(aws.inputs('PutObject').map(({ Key }) => Key)).toEqual(tombstones);
  });

  test('that shuts down while S3 does not tell of the record gets a tombstone', async () => {
    const aws = stubAws({}, (name) => (name === 'GetObject' ? s3Error('SlowDown', 503) : undefined));
    expect(await handled('shutting-down', aws)).toBe(false);
    expect(aws.inputs('PutObject').map(({ Key }) => Key)).toEqual([TOMBSTONE]);
  });

  test('that is terminated, whose job cannot be concluded, gets a tombstone, and the error is told', async () => {
    const refused = stubAws({}, (name) => (name === 'GetObject' ? s3Error('SlowDown', 503) : undefined));
    await expect(handled('terminated', refused)).rejects.toThrow('SlowDown');
    expect(refused.inputs('PutObject').map(({ Key }) => Key)).toEqual([TOMBSTONE]);
    const silent = stubAws({}, (name) => s3Error(name, 503));
    await expect(handled('terminated', silent)).rejects.toThrow('GetObject');
  });
});
