import { Readable } from 'node:stream';
import type { DescribeAlarmsInput } from '@aws-sdk/client-cloudwatch';
import { schema } from '../../cli/json/status';
import { type IndexedJob, indexKey } from '../../contract/job-index';
import { outputKeys } from '../../contract/keys';
import { type Account, aHealthyAccount, refuse } from './healthy-account';
import { lambdaEc2 } from './run-command';

let account: Account;
beforeEach(async () => {
  account = await aHealthyAccount('https://example.com/app.git');
  account.answers.ListObjectsV2 = ({ Prefix }: { Prefix: string }) => ({
    Contents: JOBS.map((job) => ({ Key: indexKey(job) })).filter(({ Key }) => Key.startsWith(Prefix)),
  });
  account.answers.GetObject = ({ Key }: { Key: string }) => ({ Body: Readable.from(JSON.stringify(statusAt(Key))) });
  account.answers.DescribeAlarms = () => ({ MetricAlarms: [{ AlarmName: 'jobs-waiting-jobs' }] });
});
afterEach(() => account.close());

const status = (...args: string[]) => lambdaEc2(['status', ...args], { env: account.environment });

const job = (job_id: string, differs: Partial<IndexedJob>): IndexedJob => ({
  job_id,
  state: 'SUCCEEDED',
  reason: null,
  attempt: 1,
  submitted: '2026-05-01T00:00:00.000Z',
  started: '2026-05-01T00:00:10.000Z',
  ended: '2026-05-01T00:01:00.000Z',
  cost_estimate_usd: 0.01,
  git_commit: null,
  template_version: '4',
  ...differs,
});
const JOBS = [
  job('april', {}),
  job('may', { state: 'FAILED', reason: 'APP_FAILED', submitted: '2026-05-02T00:00:00.000Z' }),
  job('june', { state: 'WAITING', reason: 'NO_CAPACITY', started: null, ended: null }),
];
const statusAt = (key: string) => {
  const found = JOBS.find(({ job_id }) => outputKeys(job_id).status === key);
  return { ...found, message: 'waits for quota: VcpuLimitExceeded', attempt: 1 };
};

test('one screen: version, alarms, what waits and why, and the last jobs', async () => {
  const { code, stdout, stderr } = await status();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^system +jobs, UPDATE_COMPLETE$/m);
  expect(stdout).toMatch(/^version +4, bake: settings of version 3/m);
  expect(stdout).toMatch(/^image +ami-0123456789abcdef0, 5 days old$/m);
  expect(stdout).toMatch(/^alarms +jobs-waiting-jobs$/m);
  expect(stdout).toMatch(/^jobs +1 under way, 1 of them waiting$/m);
  expect(stdout).toMatch(/^ {2}june: waits for quota: VcpuLimitExceeded$/m);
  expect(stdout).toMatch(/^may +FAILED[\s\S]*^april +SUCCEEDED/m);
  expect(stdout.split('\n').length).toBeLessThan(24);
});

test('an alarm of another stack whose name begins with ours is none of ours', async () => {
  const all = ['jobs-waiting-jobs', 'jobs-test-failed-jobs', 'jobs-of-somebody-else'];
  account.answers.DescribeAlarms = ({ AlarmNames, AlarmNamePrefix }: DescribeAlarmsInput) => ({
    MetricAlarms: all
      .filter((name) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix ?? ''))
      .map((AlarmName) => ({ AlarmName })),
  });
  const { stdout } = await status('--json');
  expect(schema.parse(JSON.parse(stdout)).alarms).toEqual(['jobs-waiting-jobs']);
});

test('--json is one document, with null for what may not be looked at', async () => {
  Object.assign(account.answers, { DescribeAlarms: refuse, ListImagePipelineImages: refuse });
  const { code, stdout } = await status('--json');
  const found = schema.parse(JSON.parse(stdout));
  expect([code, found.alarms, found.newest_bake, found.dead_letters]).toEqual([0, null, null, 0]);
  expect(found.unknown).toEqual([
    expect.stringMatching(/^alarms: .*not authorized/),
    expect.stringMatching(/^bakes: .*not authorized/),
  ]);
  expect(found.jobs.last.map(({ job_id }) => job_id)).toEqual(['may', 'april']);
});

test('with an id it is show', async () => {
  account.answers.HeadObject = () => ({});
  const { code, stdout } = await status('may', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ job_id: 'may', state: 'FAILED' })]);
});

test('a stack that is not there is told in one sentence, with exit status 5', async () => {
  const { code, stdout, stderr } = await status('--stack', 'other');
  expect([code, stdout]).toEqual([5, '']);
  expect(stderr).toMatch(/^error: there is no stack other/);
});
