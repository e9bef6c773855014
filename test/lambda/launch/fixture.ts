import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateLaunchTemplateCommand, EC2Client, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Ec2Service } from 'aws-emulator/ec2/service';
import { startEndpoint } from 'aws-emulator/http/server';
import type { Service } from 'aws-emulator/protocol/types';
import { S3Service } from 'aws-emulator/s3/service';
import { Queues } from 'aws-emulator/sqs/queues';
import { SqsService } from 'aws-emulator/sqs/service';
import type { SQSBatchResponse } from 'aws-lambda';
import { outputKeys } from '../../../contract/keys';
import type { Status } from '../../../contract/status';
import { createLaunchHandler, type LaunchDependencies } from '../../../lambda/launch/handler';
import { launchLock } from '../../../lambda/launch/lock';
import { LaunchRetryStrategy } from '../../../lambda/launch/retry';
import { eventLogger } from '../../../lambda/shared/log-events';
import { readStatus, writeRecord } from '../../../lambda/shared/record';
import { withSend } from '../with-send';

export const REGION = 'eu-west-1';
export const BUCKET = 'jobs';
export const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };
/** What Lambda puts into a function's environment, with the endpoint that stands for AWS. */
export const lambdaEnvironment = (endpointUrl: string) => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: KEY.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
  AWS_ENDPOINT_URL: endpointUrl,
});
export const WAIT_SECONDS = 3600;
const IMAGE = 'ami-0123456789abcdef0';

/** What an upload looks like in a message. */
export interface Upload {
  key: string;
  versionId?: string;
  sequencer?: string;
  attempt?: number;
}

/** When every input was uploaded. */
export const SUBMITTED = '2026-11-24T11:59:00.000Z';

/** One S3 event record as S3 would send it; the key is given decoded. */
function s3Record({ key, versionId, sequencer = '0055AED6DCD90281E5', attempt }: Upload): object {
  return {
    eventVersion: '2.4',
    eventSource: 'aws:s3',
    eventTime: SUBMITTED,
    eventName: 'ObjectCreated:Put',
    s3: {
      s3SchemaVersion: '1.0',
      bucket: { name: BUCKET },
      object: { key: encodeURIComponent(key).replace(/%20/g, '+').replace(/%2F/g, '/'), versionId, sequencer },
    },
    ...(attempt && { lambdaEc2: { attempt } }),
  };
}

export const input = (id: string): string => `app_runner/input/${id}.zip`;
export const body = (...uploads: Upload[]): string => JSON.stringify({ Records: uploads.map(s3Record) });

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The launcher in this process, with EC2, S3 and SQS behind a real endpoint and a clock that tests move. */
export async function startWorld(
  options: {
    imageless?: boolean;
    types?: string[];
    subnets?: number;
    tries?: number;
    /** The setting `max_running`. */
    maxRunning?: number;
    /** What every instance writes to its console. */
    console?: string;
    /** Further services behind the endpoint. */
    services?: Service[];
  } = {},
) {
  const dir = mkdtempSync(path.join(tmpdir(), 'launch-test-'));
  const host = { start: async () => {}, stop: async () => {}, consoleOutput: async () => options.console ?? '' };
  const ec2Service = new Ec2Service({ region: REGION, accountId: '000000000000', host });
  ec2Service.addImage({ imageId: IMAGE, name: 'baked', rootDir: '/images/baked' });
  const s3Service = new S3Service({ dir: path.join(dir, 's3'), region: REGION });
  s3Service.createBucket(BUCKET, { versioned: true });
  const queues = new Queues({ queues: [{ name: 'jobs' }, { name: 'dead-letters' }] });
  const secretFor = (id: string) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined);
  const endpoint = await startEndpoint({
    services: [ec2Service, s3Service, new SqsService(queues), ...(options.services ?? [])],
    keys: { secretFor },
  });
  const client = { region: REGION, endpoint: endpoint.url, credentials: KEY };
  const ec2 = new EC2Client({ ...client, retryStrategy: new LaunchRetryStrategy(options.tries ?? 1) });
  const s3 = new S3Client({ ...client, forcePathStyle: true, maxAttempts: 1 });

  const template = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'jobs',
      LaunchTemplateData: {
        ...(!options.imageless && { ImageId: IMAGE }),
        InstanceType: 'm7i.large',
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'app_url', Value: 'file:///app' }] }],
      },
    }),
  );
  const templateId = template.LaunchTemplate?.LaunchTemplateId as string;
  const subnetIds = ec2Service.subnets.slice(0, options.subnets ?? 2).map((subnet) => subnet.id);

  const calls: { name: string; input: object }[] = [];
  const postponed: number[] = [];
  const logged: string[] = [];
  const log = (message: unknown, ...facts: unknown[]) =>
    void logged.push(JSON.stringify({ message, ...(facts[0] as object) }));
  const clock = { now: Date.parse('2026-11-24T12:00:00Z') };
  const dependencies: LaunchDependencies = {
    env: {
      templateId,
      stackName: 'lambda-ec2',
      subnetIds,
      instanceTypes: options.types ?? ['m6i.large'],
      bucketEncryption: '',
      bucketRequestPayer: '',
      queueUrl: queues.urlOf(queues.named('jobs'), endpoint.url),
      launchWaitSeconds: WAIT_SECONDS,
      maxRunning: options.maxRunning ?? 0,
    },
    ec2: withSend(EC2Client, (command: { constructor: { name: string }; input: object }) => {
      calls.push({ name: command.constructor.name.replace('Command', ''), input: command.input });
      return ec2.send(command as never);
    }),
    readStatus: (bucket, jobId) => readStatus(s3, bucket, jobId),
    writeRecord: (record) => writeRecord(s3, record),
    lock: launchLock(s3, () => clock.now, 5),
    postpone: async (_receipt, seconds) => void postponed.push(seconds),
    logger: eventLogger({ info: log, warn: log, error: log }),
    now: () => clock.now,
    random: () => 1,
  };
  const handler = createLaunchHandler(dependencies);

  const text = async (key: string): Promise<string | undefined> => {
    const object = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key })).catch(() => undefined);
    return object?.Body?.transformToString();
  };
  return {
    dir,
    endpoint,
    ec2Service,
    s3Service,
    queues,
    s3,
    ec2,
    templateId,
    subnetIds,
    dependencies,
    calls,
    postponed,
    logged,
    clock,
    handler,
    text,
    /** Delivers messages with these bodies in one batch. Message ids are m0, m1, ... */
    deliver(bodies: string[], receiveCount = 1, sentAt = clock.now): Promise<SQSBatchResponse> {
      return handler({ Records: bodies.map((one, index) => sqsRecord(one, `m${index}`, receiveCount, sentAt)) });
    },
    launches: () =>
      calls.filter(({ name }) => name === 'RunInstances').map((call) => call.input as RunInstancesCommandInput),
    status: async (jobId: string): Promise<Status | undefined> => {
      const json = await text(outputKeys(jobId).status);
      return json === undefined ? undefined : (JSON.parse(json) as Status);
    },
    remove: (key: string) => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key })),
    put: (key: string, content: string) =>
      // With its length, because the SDK takes an empty text for a stream.
      s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content, ContentLength: Buffer.byteLength(content) }),
      ),
    async close() {
      s3.destroy();
      ec2.destroy();
      await endpoint.close();
      await ec2Service.idle();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function sqsRecord(text: string, messageId: string, receiveCount: number, sentAt: number) {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body: text,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      SenderId: 's3',
      ApproximateFirstReceiveTimestamp: String(sentAt),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${REGION}:000000000000:jobs`,
    awsRegion: REGION,
  };
}
