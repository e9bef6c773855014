import {
  CreateLaunchTemplateVersionCommand,
  DeregisterImageCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DeliveredEvent } from 'aws-emulator/eventbridge/delivered-event';
import { EventBridgeService } from 'aws-emulator/eventbridge/service';
import { jobEndedSchema } from '../../../contract/job-ended';
import { INDEX_PREFIX, indexedJob } from '../../../contract/job-index';
import type { Status } from '../../../contract/status';
import { createMetricsHandler } from '../../../lambda/metrics/handler';
import { BUCKET, KEY, REGION, startWorld, type World } from '../launch/fixture';
import { withSend } from '../with-send';

const DAY = 86_400_000;
const IMAGE = 'ami-0123456789abcdef0';
let world: World;
let printed: Record<string, unknown>[];
let quietDays: number;
let now: number;

let events: DeliveredEvent[];
let eventBridge: EventBridgeClient;

beforeEach(async () => {
  events = [];
  const onEvent = (event: DeliveredEvent) => void events.push(event);
  world = await startWorld({
    services: [new EventBridgeService({ region: REGION, accountId: '000000000000', onEvent })],
  });
  eventBridge = new EventBridgeClient({
    region: REGION,
    endpoint: world.endpoint.url,
    credentials: KEY,
    maxAttempts: 1,
  });
  printed = [];
  quietDays = 7;
  now = Date.now();
});
afterEach(() => {
  eventBridge.destroy();
  return world.close();
});

const handle = (event: object) =>
  createMetricsHandler({
    ec2: world.ec2,
    s3: world.s3,
    eventBridge,
    stackName: 'lambda-ec2',
    templateId: world.templateId,
    bucket: BUCKET,
    quietDays,
    print: (line) => printed.push(JSON.parse(line)),
    logger: world.dependencies.logger,
    now: () => now,
  })(event as never);

const statusOf = (status: Partial<Status>): Status =>
  ({ job_id: 'may', state: 'SUCCEEDED', message: 'm', exit_code: 0, attempt: 1, ...status }) as Status;
const record = (key: string, versionId?: string) => ({
  Records: [{ s3: { bucket: { name: BUCKET }, object: { key: encodeURIComponent(key), versionId } } }],
});
/** Writes a status and tells the function of it, as S3 does. */
async function finished(status: Partial<Status>): Promise<void> {
  const key = `app_runner/output/${status.job_id ?? 'may'}_status.json`;
  const { VersionId } = await world.put(key, JSON.stringify(statusOf(status)));
  await handle(record(key, VersionId));
}
/** The values printed under a metric's name. */
const values = (name: string) => printed.filter((line) => name in line).map((line) => line[name]);

test('a job that succeeded is counted, and as no failure', async () => {
  await finished({});
  expect([values('JobsSucceeded'), values('JobsFailed')]).toEqual([[1], [0]]);
  expect(printed[0]).toMatchObject({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: 'lambda-ec2', Dimensions: [['Stack']], Metrics: [{ Name: 'JobsSucceeded', Unit: 'Count' }] },
      ],
    },
    Stack: 'lambda-ec2',
  });
});

test('a job that failed is counted under the stack and under its reason', async () => {
  await finished({ state: 'FAILED', reason: 'TIMED_OUT' });
  const line = printed.find((one) => one.JobsFailed === 1);
  expect(line).toMatchObject({ Stack: 'lambda-ec2', Reason: 'TIMED_OUT' });
  expect(line).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['Stack'], ['Stack', 'Reason']] }] } });
});

test('a job that a person cancelled has neither succeeded nor failed', async () => {
  await finished({ state: 'FAILED', reason: 'CANCELLED' });
  expect([values('JobsSucceeded'), values('JobsFailed')]).toEqual([[0], [0]]);
});

test('phases are measured by template version, and the time of the instance in hours', async () => {
  const phases = [
    { name: 'boot', start: '2026-11-24T12:00:00Z', seconds: 12 },
    { name: 'app', start: '2026-11-24T12:00:12Z', seconds: 1788 },
    { name: 'output', start: '2026-11-24T12:30:00Z', seconds: null },
  ];
  await finished({ phases, instance_id: 'i-1', template_version: '7' });
  expect(values('InstanceHours')).toEqual([0.5]);
  expect(printed.filter((line) => 'PhaseSeconds' in line)).toMatchObject([
    { Phase: 'boot', TemplateVersion: '7', PhaseSeconds: 12 },
    { Phase: 'app', TemplateVersion: '7', PhaseSeconds: 1788 },
  ]);
});

test('a phase that nobody ended lasted until the job did', async () => {
  const phases = [
    { name: 'boot', start: '2026-11-24T12:00:00Z', seconds: 12 },
    { name: 'app', start: '2026-11-24T12:00:12Z', seconds: null },
  ];
  const ended = '2026-11-24T12:30:00Z';
  await finished({ state: 'FAILED', reason: 'CANCELLED', phases, ended, instance_id: 'i-1' });
  expect(values('InstanceHours')).toEqual([0.5]);
});

test('a job that never had an instance costs no hours', async () => {
  await finished({ state: 'FAILED', reason: 'LAUNCH_REFUSED', phases: [], instance_id: null });
  expect(values('InstanceHours')).toEqual([]);
});

test.each(['WAITING', 'RUNNING'] as const)('a job that is %s is not measured yet', async (state) => {
  await finished({ state });
  expect(printed).toEqual([]);
});

test('the version that the event is about is read, not what has replaced it since', async () => {
  const key = 'app_runner/output/may_status.json';
  const { VersionId } = await world.put(key, JSON.stringify(statusOf({ state: 'FAILED', reason: 'LOST' })));
  await world.put(key, JSON.stringify(statusOf({ state: 'RUNNING' })));
  await handle(record(key, VersionId));
  expect(values('JobsFailed')).toEqual([1]);
});

test('a final status is an event that says all that a rule may go by', async () => {
  const phases = [
    { name: 'boot', start: '2026-11-24T12:00:00Z', seconds: 12 },
    { name: 'app', start: '2026-11-24T12:00:12Z', seconds: 48 },
  ];
  const known = { input_key: 'app_runner/input/2026/may.zip', input_version: 'v1', instance_id: 'i-1', exit_code: 3 };
  const failure = { state: 'FAILED', reason: 'APP_FAILED', cost_estimate_usd: 0.0017, attempt: 2 } as const;
  await finished({ job_id: '2026/may', ...failure, ...known, phases });
  expect(events).toMatchObject([{ source: 'lambda-ec2', 'detail-type': 'Job Ended' }]);
  const detail = jobEndedSchema.parse(events[0]?.detail);
  expect(Object.keys(detail)).toEqual(Object.keys(events[0]?.detail ?? {}));
  expect(detail).toEqual({
    stack: 'lambda-ec2',
    bucket: BUCKET,
    job_id: '2026/may',
    state: 'FAILED',
    reason: 'APP_FAILED',
    fault: 'app',
    message: 'm',
    exit_code: 3,
    seconds: 60,
    cost_estimate_usd: 0.0017,
    attempt: 2,
    input_version: 'v1',
    template_version: null,
    instance_id: 'i-1',
    instance_type: null,
    started: null,
    ended: null,
    keys: {
      input: 'app_runner/input/2026/may.zip',
      output: 'app_runner/output/2026/may.zip',
      ec2_log: 'app_runner/output/2026/may_ec2.log',
      app_log: 'app_runner/output/2026/may_app.log',
      status: 'app_runner/output/2026/may_status.json',
    },
  });
});

test('a job that nobody launched has its event too, without seconds', async () => {
  await finished({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
  expect(events[0]?.detail).toMatchObject({ reason: 'LAUNCH_REFUSED', fault: 'settings', seconds: null });
});

test.each(['WAITING', 'RUNNING'] as const)('a job that is %s has no event yet', async (state) => {
  await finished({ state });
  expect(events).toEqual([]);
});

test('an event that EventBridge does not take costs neither metric nor index, and is tried again', async () => {
  eventBridge.destroy();
  eventBridge = new EventBridgeClient({
    region: REGION,
    endpoint: world.endpoint.url,
    credentials: { ...KEY, secretAccessKey: 'other' },
    maxAttempts: 1,
  });
  await expect(finished({ state: 'FAILED', reason: 'LOST' })).rejects.toThrow(/signature/i);
  expect(values('JobsFailed')).toEqual([1]);
  const { Contents = [] } = await world.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: INDEX_PREFIX }));
  expect(Contents.map(({ Key = '' }) => indexedJob(Key)?.reason)).toEqual(['LOST']);
});

test('an event that EventBridge refuses by itself is an error', async () => {
  const send = async () => ({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }],
  });
  eventBridge.destroy();
  eventBridge = withSend(EventBridgeClient, send);
  await expect(finished({})).rejects.toThrow(
    'EventBridge did not take the event of the end of may (InternalFailure: later)',
  );
});

test('a status that is gone or cannot be read is skipped, and so is any other object', async () => {
  await world.put('app_runner/output/broken_status.json', 'no JSON');
  await handle(record('app_runner/output/broken_status.json'));
  await handle(record('app_runner/output/gone_status.json'));
  await handle(record('app_runner/output/may.zip'));
  expect(printed).toEqual([]);
  expect(world.logged).toEqual([
    expect.stringContaining('"why":"it is no status"'),
    expect.stringContaining('NoSuchKey'),
  ]);
});

test.each(['NoSuchVersion', 'AccessDenied'])('a status of which S3 says %s was removed since', async (code) => {
  await world.put('app_runner/output/may_status.json', JSON.stringify(statusOf({})));
  world.s3Service.failNext({ method: 'GET', status: code === 'AccessDenied' ? 403 : 404, code });
  await handle(record('app_runner/output/may_status.json'));
  expect(printed).toEqual([]);
  expect(world.logged.map((line) => JSON.parse(line).event)).toEqual(['status.skipped']);
});

test('a status that can be read is not logged', async () => {
  await finished({});
  expect(world.logged).toEqual([]);
});

test('a read that fails for another reason fails the invocation, so that it is repeated', async () => {
  world.s3Service.failNext({ method: 'GET', status: 500, code: 'InternalError' });
  await expect(finished({})).rejects.toThrow();
});

test('the index follows each status', async () => {
  const entries = async () =>
    ((await listing(INDEX_PREFIX)).Contents ?? []).map(({ Key = '' }) => indexedJob(Key)?.state);
  await finished({ state: 'RUNNING' });
  expect(await entries()).toEqual(['RUNNING']);
  await finished({});
  expect(await entries()).toEqual(['SUCCEEDED']);
});

test('an index that cannot be written fails the invocation after the measurements, and is written by the next', async () => {
  world.s3Service.failNext({ method: 'PUT', keyPattern: /\/index\//, status: 503, code: 'SlowDown' });
  await expect(finished({})).rejects.toThrow();
  expect(values('JobsSucceeded')).toEqual([1]);
  await handle(record('app_runner/output/may_status.json'));
  expect((await listing(INDEX_PREFIX)).KeyCount).toBe(1);
});

test('one job whose index fails does not keep that of another from being written', async () => {
  const keys = ['may', 'june'].map((id) => `app_runner/output/${id}_status.json`);
  await world.put(keys[0] as string, JSON.stringify(statusOf({})));
  await world.put(keys[1] as string, JSON.stringify(statusOf({ job_id: 'june' })));
  world.s3Service.failNext({ method: 'PUT', keyPattern: /\/may$/, status: 503, code: 'SlowDown' });
  await expect(handle({ Records: keys.flatMap((key) => record(key).Records) })).rejects.toThrow();
  expect((await listing(INDEX_PREFIX)).Contents?.map(({ Key }) => Key?.split('/').at(-1))).toEqual(['june']);
});

test('the age of the image of new jobs, and of the last success, are measured in days', async () => {
  await world.put('app_runner/output/may.zip', 'output');
  now += 3 * DAY;
  await handle({});
  expect(values('ImageAgeDays')).toEqual([expect.closeTo(3, 1)]);
  expect(values('DaysSinceSuccess')).toEqual([expect.closeTo(3, 1)]);
});

test('only the output of a job counts as its success', async () => {
  await world.put('app_runner/output/may.zip', 'output');
  await new Promise((resolve) => setTimeout(resolve, 20));
  await world.put('app_runner/output/june_status.json', JSON.stringify(statusOf({ state: 'FAILED', reason: 'LOST' })));
  const { Contents } = await listing();
  const output = Contents?.find(({ Key }) => Key?.endsWith('.zip'))?.LastModified?.getTime() ?? 0;
  now = output + DAY;
  await handle({});
  expect(values('DaysSinceSuccess')).toEqual([1]);
});

test('without a success the age of the stack counts, and nobody asks when quiet_days is 0', async () => {
  now += 9 * DAY;
  await handle({});
  expect(values('DaysSinceSuccess')).toEqual([expect.closeTo(9, 1)]);
  printed = [];
  quietDays = 0;
  await handle({});
  expect(values('DaysSinceSuccess')).toEqual([]);
});

test('a default version without an image that exists has no age', async () => {
  const LaunchTemplateId = world.templateId;
  const { LaunchTemplateVersion } = await world.ec2.send(
    new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData: { InstanceType: 'm7i.large' } }),
  );
  const DefaultVersion = String(LaunchTemplateVersion?.VersionNumber);
  await world.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion }));
  await handle({});
  expect(values('ImageAgeDays')).toEqual([]);
});

test('an image that is deregistered does not keep the last success from being measured', async () => {
  await world.ec2.send(new DeregisterImageCommand({ ImageId: IMAGE }));
  await handle({});
  expect(values('ImageAgeDays')).toEqual([]);
  expect(values('DaysSinceSuccess')).toHaveLength(1);
});

async function listing(Prefix?: string) {
  return world.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
}
