import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AccessKeys } from 'aws-emulator/access-keys';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { S3Service } from 'aws-emulator/s3/service';
import { createNotificationsHandler } from '../../../lambda/notifications/handler';
import { ResponseUrl, STACK } from '../publish/fixture';
import { withSend } from '../with-send';

const BUCKET = 'jobs';
const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:000000000000:${name}`;
const QUEUE = arn('sqs', 'jobs');
const METRICS = arn('lambda', 'function:metrics');
const created = (prefix: string, suffix: string) => ({
  Events: ['s3:ObjectCreated:*' as const],
  Filter: {
    Key: {
      FilterRules: [
        { Name: 'suffix' as const, Value: suffix },
        { Name: 'prefix' as const, Value: prefix },
      ],
    },
  },
});
/** What infra/job-bucket.ts asks for. */
const INPUTS = { QueueArn: QUEUE, ...created('app_runner/input/', '.zip') };
const STATUSES = { LambdaFunctionArn: METRICS, ...created('app_runner/output/', '_status.json') };
const OURS = { QueueConfigurations: [INPUTS], LambdaFunctionConfigurations: [STATUSES] };
/** One of each kind, as somebody else has set it up. */
const OTHERS: NotificationConfiguration = {
  QueueConfigurations: [{ Id: 'to-a-queue', QueueArn: arn('sqs', 'theirs'), ...created('their/', '.csv') }],
  TopicConfigurations: [{ Id: 'to-a-topic', TopicArn: arn('sns', 'theirs'), Events: ['s3:ObjectRemoved:*'] }],
  LambdaFunctionConfigurations: [
    { Id: 'to-a-function', LambdaFunctionArn: arn('lambda', 'function:theirs'), ...created('theirs/', '.zip') },
  ],
  EventBridgeConfiguration: {},
};

let dir: string;
let endpoint: Endpoint;
let s3: S3Client;
let response: ResponseUrl;
/** Destinations that are gone, by their ARNs. */
let dead: Record<string, string>;
let logged: string[];
let handler: ReturnType<typeof createNotificationsHandler>;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'notifications-'));
  dead = {};
  const service = new S3Service({ dir, region: 'eu-west-1', destinationFault: (one) => dead[one] });
  for (const bucket of [BUCKET, 'other']) service.createBucket(bucket, { versioned: true });
  const keys = new AccessKeys();
  endpoint = await startEndpoint({ services: [service], keys });
  const { accessKeyId, secretAccessKey } = keys;
  const credentials = { accessKeyId, secretAccessKey };
  s3 = new S3Client({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  response = await ResponseUrl.start();
  logged = [];
  const log = (event: string) => void logged.push(event);
  handler = createNotificationsHandler({ s3, logger: { info: log, warn: log, error: log } });
});
afterEach(async () => {
  s3.destroy();
  await response.close();
  await endpoint.close();
  rmSync(dir, { recursive: true });
});

/** Sends a request of CloudFormation. Returns why it failed; undefined when it did not. */
async function ask(
  type: 'Create' | 'Update' | 'Delete',
  wanted: NotificationConfiguration = OURS,
  before?: NotificationConfiguration,
  bucket = BUCKET,
  bucketBefore = bucket,
): Promise<unknown> {
  const properties = (NotificationConfiguration: NotificationConfiguration, BucketName: string) => ({
    BucketName,
    NotificationConfiguration,
    Managed: 'false',
    SkipDestinationValidation: 'false',
  });
  await handler({
    RequestType: type,
    ResponseURL: response.url,
    StackId: STACK,
    RequestId: 'd3b07384-0000-4000-8000-000000000000',
    LogicalResourceId: 'Notifications',
    ResourceProperties: properties(wanted, bucket),
    ...(before && { OldResourceProperties: properties(before, bucketBefore) }),
  });
  const { Status, Reason } = response.answers.at(-1)?.body ?? {};
  return Status === 'SUCCESS' ? undefined : Reason;
}

async function present(Bucket = BUCKET): Promise<NotificationConfiguration> {
  const { $metadata: _, ...all } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  return all;
}
const put = (NotificationConfiguration: NotificationConfiguration) =>
  s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: BUCKET, NotificationConfiguration }));
/** Destinations by ids. */
const byId = ({
  QueueConfigurations = [],
  TopicConfigurations = [],
  LambdaFunctionConfigurations = [],
}: NotificationConfiguration) =>
  Object.fromEntries([
    ...QueueConfigurations.map(({ Id, QueueArn }) => [Id, QueueArn]),
    ...TopicConfigurations.map(({ Id, TopicArn }) => [Id, TopicArn]),
    ...LambdaFunctionConfigurations.map(({ Id, LambdaFunctionArn }) => [Id, LambdaFunctionArn]),
  ]);

test("those of others are as they were, ids included, after each step of a stack's life", async () => {
  await put(OTHERS);
  const before = await present();
  const ours = {
    [`${STACK}-QueueConfigurations-0`]: QUEUE,
    [`${STACK}-LambdaFunctionConfigurations-0`]: METRICS,
  };

  expect(await ask('Create')).toBeUndefined();
  expect(byId(await present())).toEqual({ ...byId(before), ...ours });
  expect((await present()).EventBridgeConfiguration).toEqual({});

  const moved = { QueueConfigurations: [{ ...INPUTS, QueueArn: arn('sqs', 'other') }] };
  expect(await ask('Update', moved, OURS)).toBeUndefined();
  expect(byId(await present())).toEqual({ ...byId(before), [`${STACK}-QueueConfigurations-0`]: arn('sqs', 'other') });

  expect(await ask('Delete', moved)).toBeUndefined();
  expect(await present()).toEqual(before);
});

test("what CDK's function has made is known for ours, whatever its id", async () => {
  await put({ ...OTHERS, QueueConfigurations: [...(OTHERS.QueueConfigurations ?? []), INPUTS] });
  expect(await ask('Update', OURS, { QueueConfigurations: [INPUTS] })).toBeUndefined();
  expect(Object.values(byId(await present())).filter((one) => one === QUEUE)).toHaveLength(1);
  await put({ QueueConfigurations: [{ ...INPUTS, Id: `${STACK}--123456789` }] });
  expect(await ask('Delete')).toBeUndefined();
  expect(byId(await present())).toEqual({});
});

test('a destination of somebody else that is gone is named, and all stays as it was', async () => {
  await put(OTHERS);
  const before = await present();
  dead[arn('sqs', 'theirs')] = 'The destination queue does not exist';
  expect(await ask('Create')).toBe(
    'S3 does not take the notifications of jobs (InvalidArgument: Unable to validate the following destination ' +
      "configurations): the notification to-a-queue, which is not the stack's, goes to " +
      `${arn('sqs', 'theirs')}: The destination queue does not exist; mend or remove that and deploy again`,
  );
  expect(await present()).toEqual(before);
});

test('each of several is named, and which of them is our own', async () => {
  await put(OTHERS);
  dead[arn('sns', 'theirs')] = 'The destination topic does not exist';
  dead[QUEUE] = 'Permissions on the destination queue do not allow S3 to publish notifications from this bucket';
  const reason = await ask('Create');
  expect(reason).toContain(
    `to-a-topic, which is not the stack's, goes to ${arn('sns', 'theirs')}: The destination topic`,
  );
  expect(reason).toContain(`the stack's own goes to ${QUEUE}: Permissions on the destination queue`);
});

test('one of somebody else for the same keys is named', async () => {
  await put({ QueueConfigurations: [{ Id: 'all', QueueArn: arn('sqs', 'theirs'), ...created('', '.zip') }] });
  expect(await ask('Create')).toContain(
    `the notification all, which is not the stack's, goes to ${arn('sqs', 'theirs')} and covers the same keys`,
  );
});

test('a destination that is gone since is in the way neither of a deploy that changes nothing nor of a removal', async () => {
  await put(OTHERS);
  const before = await present();
  await ask('Create');
  dead[arn('sqs', 'theirs')] = 'The destination queue does not exist';
  expect(await ask('Update', OURS, OURS)).toBeUndefined();
  expect(await ask('Delete')).toBeUndefined();
  expect(await present()).toEqual(before);
});

test('another bucket takes ours from the one of before, which keeps those of others; a roll-back takes them back', async () => {
  await put(OTHERS);
  const before = await present();
  await ask('Create');
  dead[arn('sqs', 'theirs')] = 'The destination queue does not exist';
  expect(await ask('Update', OURS, OURS, 'other', BUCKET)).toBeUndefined();
  expect(await present()).toEqual(before);
  expect(Object.values(byId(await present('other')))).toEqual([QUEUE, METRICS]);

  dead = {};
  expect(await ask('Update', OURS, OURS, BUCKET, 'other')).toBeUndefined();
  expect(byId(await present('other'))).toEqual({});
  expect(Object.values(byId(await present()))).toEqual(expect.arrayContaining([QUEUE, METRICS]));
  expect(logged).not.toContain('notifications.leave_failed');
});

test('a bucket that does not take ours leaves them where they were', async () => {
  await ask('Create');
  expect(await ask('Update', OURS, OURS, 'gone', BUCKET)).toMatch(/^NoSuchBucket: /);
  expect(Object.values(byId(await present()))).toEqual([QUEUE, METRICS]);
  dead[QUEUE] = 'The destination queue does not exist';
  expect(await ask('Update', OURS, OURS, 'other', BUCKET)).toMatch(/^S3 does not take the notifications of other/);
  expect(Object.values(byId(await present()))).toEqual([QUEUE, METRICS]);
});

test('each step is told in the log by its event', async () => {
  await ask('Create');
  await ask('Update', OURS, OURS);
  await ask('Create', OURS, undefined, 'gone');
  dead[arn('sqs', 'other')] = 'The destination queue does not exist';
  await ask('Update', { QueueConfigurations: [{ ...INPUTS, QueueArn: arn('sqs', 'other') }] }, OURS);
  expect(logged).toEqual([
    'notifications.changed',
    'notifications.kept',
    'notifications.failed',
    'notifications.failed',
  ]);
});

test('a bucket of before that is gone or denies it does not take the deploy back, and is told of', async () => {
  expect(await ask('Update', OURS, OURS, BUCKET, 'gone')).toBeUndefined();
  expect(logged).not.toContain('notifications.leave_failed');
  const log = (event: string) => void logged.push(event);
  const denying = async (command: { input: { Bucket: string } }) => {
    if (command.input.Bucket === 'other') throw Object.assign(new Error('no'), { name: 'AccessDenied' });
    return s3.send(command as never);
  };
  const logger = { info: log, warn: log, error: log };
  handler = createNotificationsHandler({ s3: withSend(S3Client, denying), logger });
  expect(await ask('Update', OURS, OURS, BUCKET, 'other')).toBeUndefined();
  expect(logged).toContain('notifications.leave_failed');
  expect(Object.values(byId(await present()))).toEqual([QUEUE, METRICS]);
});

test('a stack whose bucket is gone can be removed, and not be made', async () => {
  expect(await ask('Delete', OURS, undefined, 'gone')).toBeUndefined();
  expect(await ask('Create', OURS, undefined, 'gone')).toMatch(/^NoSuchBucket: /);
});

test('a request that is not in order is answered, and what is no request is an error', async () => {
  await handler({ RequestType: 'Create', ResponseURL: response.url, LogicalResourceId: 'N', StackId: STACK });
  expect(response.answers.at(-1)?.body).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^the request to lambda\/notifications is not in order: ResourceProperties: /),
  });
  await expect(handler({ Records: [] })).rejects.toThrow('called by somebody else');
});
