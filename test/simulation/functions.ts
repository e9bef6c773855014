import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DeadLetter, DeadLetterQueue } from '../../lambda/guard/dead-letter-queue';
import { createGuardHandler } from '../../lambda/guard/handler';
import { createLaunchHandler } from '../../lambda/launch/handler';
import { launchLock } from '../../lambda/launch/lock';
import { createMetricsHandler } from '../../lambda/metrics/handler';
import { bakesOf } from '../../lambda/publish/bakes';
import { createPublishHandler } from '../../lambda/publish/handler';
import { eventLogger } from '../../lambda/shared/log-events';
import type { Notify } from '../../lambda/shared/notify';
import { readStatus, writeRecord } from '../../lambda/shared/record';
import { withSend } from '../lambda/with-send';
import type { Caller } from './caller';
import { ec2Client } from './ec2-client';
import { IMAGE_PREFIX, PIPELINE } from './image-builder';
import { type Handler, LambdaFunction } from './lambda-function';
import type { Message } from './queue';
import { s3Client } from './s3-client';
import { BUCKET, type Services, STACK } from './services';

const DEMANDS = { bucketEncryption: '', bucketRequestPayer: '' };
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:notices';
const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/000000000000/jobs';
const SECOND = 1_000;
/** Of one call of ReceiveMessage. */
const MOST_LETTERS = 10;

export type Functions = ReturnType<typeof functionsOf>;

/** The four functions of a stack: their real handlers, with clients of this world and the timeouts of infra/timeouts.ts. */
export function functionsOf(services: Services) {
  const { chance, history } = services;
  const make = (name: string, seconds: number, create: (caller: Caller) => Handler) =>
    new LambdaFunction({ name, timeout: seconds * SECOND, create }, chance, history);
  return {
    launch: make('launch', 60, (caller) => launchHandler(services, caller)),
    guard: make('guard', 120, (caller) => guardHandler(services, caller)),
    publish: make('publish', 120, (caller) => publishHandler(services, caller)),
    metrics: make('metrics', 600, (caller) => metricsHandler(services, caller)),
  };
}

function launchHandler(services: Services, caller: Caller): Handler {
  const { chance, ec2, buckets, settings, jobs } = services;
  const { clock, random } = chance;
  const s3 = s3Client(caller, buckets, chance);
  return createLaunchHandler({
    env: {
      ...DEMANDS,
      templateId: services.templateId,
      stackName: STACK,
      subnetIds: settings.subnetIds,
      instanceTypes: settings.furtherTypes,
      queueUrl: QUEUE_URL,
      launchWaitSeconds: settings.launchWait,
      maxRunning: settings.maxRunning,
    },
    ec2: ec2Client(caller, ec2, 2),
    readStatus: (bucket, jobId) => readStatus(s3, bucket, jobId),
    writeRecord: (record) => writeRecord(s3, record),
    lock: launchLock(s3, () => clock.now),
    postpone: (receipt, seconds) => caller.call('SQS', () => jobs.changeVisibility(receipt, seconds)),
    logger: loggerOf(services, caller),
    now: () => clock.now,
    random: () => random.next(),
  }) as Handler;
}

function guardHandler(services: Services, caller: Caller): Handler {
  const { chance, ec2, buckets, settings, jobs } = services;
  return createGuardHandler({
    deadLetters: deadLettersOf(services, caller),
    env: {
      ...DEMANDS,
      templateId: services.templateId,
      stackName: STACK,
      bucket: BUCKET,
      queueUrl: QUEUE_URL,
      deadLetterQueueUrl: `${QUEUE_URL}-dead-letters`,
      attempts: settings.attempts,
      topicArn: TOPIC,
    },
    ec2: ec2Client(caller, ec2),
    s3: s3Client(caller, buckets, chance, 4),
    send: (body, delaySeconds) => caller.call('SQS', () => jobs.send(body, delaySeconds), { tries: 4 }),
    notify: notifier(services, caller),
    logger: loggerOf(services, caller),
    now: () => chance.clock.now,
  }) as Handler;
}

function deadLettersOf({ deadLetters }: Services, caller: Caller): DeadLetterQueue {
  const receive = () => {
    const letters: DeadLetter[] = [];
    for (
      let message = deadLetters.receive();
      message;
      message = letters.length < MOST_LETTERS ? deadLetters.receive() : undefined
    )
      letters.push(letterOf(message));
    return letters;
  };
  return {
    isEmpty: () => caller.call('SQS', () => deadLetters.length === 0, { tries: 4 }),
    receive: () => caller.call('SQS', receive, { tries: 4 }),
    remove: ({ messageId, receiptHandle }) =>
      caller.call('SQS', () => deadLetters.delete({ id: messageId, receipt: receiptHandle }), { tries: 4 }),
  };
}

function letterOf({ id: messageId, receipt: receiptHandle, body, attributes }: Message): DeadLetter {
  return { messageId, receiptHandle, body, attributes };
}

function publishHandler(services: Services, caller: Caller): Handler {
  const { ec2, imageBuilder, templateId, settings } = services;
  return createPublishHandler({
    env: {
      templateId,
      stackName: STACK,
      pipelineArn: PIPELINE,
      imageArnPrefix: IMAGE_PREFIX,
      topicArn: TOPIC,
      subnetIds: settings.subnetIds,
      awsRegion: 'eu-west-1',
    },
    ec2: ec2Client(caller, ec2),
    bakes: bakesOf(imageBuilder.client(caller), { pipelineArn: PIPELINE, region: 'eu-west-1' }),
    stackStatus: () => caller.call('CloudFormation', () => services.stackStatus),
    notify: notifier(services, caller),
    logger: loggerOf(services, caller),
    pause: (milliseconds) => caller.sleep(milliseconds),
  }) as Handler;
}

function metricsHandler(services: Services, caller: Caller): Handler {
  const { chance, ec2, buckets, history } = services;
  const eventBridge = withSend(EventBridgeClient, ({ input }: { input: { Entries: { Detail: string }[] } }) =>
    caller.call('EventBridge', () => {
      for (const { Detail } of input.Entries) {
        const { job_id: jobId, state, attempt, input_version: version } = JSON.parse(Detail);
        history.ends.push({ jobId, state, attempt, version });
      }
      return { Entries: input.Entries.map((_, index) => ({ EventId: String(index) })) };
    }),
  );
  return createMetricsHandler({
    stackName: STACK,
    templateId: services.templateId,
    bucket: BUCKET,
    quietDays: 7,
    ec2: ec2Client(caller, ec2, 3),
    s3: s3Client(caller, buckets, chance),
    eventBridge,
    print: () => undefined,
    logger: loggerOf(services, caller),
    now: () => chance.clock.now,
  }) as Handler;
}

function notifier({ history }: Services, caller: Caller): Notify {
  return (subject, message) =>
    caller.call('SNS', () => void history.notices.push(`${subject}\n${message}`), { tries: 4 });
}

function loggerOf({ history }: Services, caller: Caller) {
  const log = (message: unknown, ...facts: unknown[]) => history.note('log', caller.name, message, ...facts);
  return eventLogger({ info: log, warn: log, error: log });
}
