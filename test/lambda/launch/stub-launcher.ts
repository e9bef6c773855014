import { EC2Client } from '@aws-sdk/client-ec2';
import { createLaunchHandler, type LaunchDependencies } from '../../../lambda/launch/handler';
import { eventLogger } from '../../../lambda/shared/log-events';
import type { JobRecord, RecordResult } from '../../../lambda/shared/record';
import { withSend } from '../with-send';
import { body, input } from './fixture';

/** The time of every delivery. */
export const NOW = Date.parse('2026-11-26T12:00:00Z');
export const MAY = body({ key: input('may'), versionId: 'v1' });
export const refusal = (name: string, httpStatusCode = 400) =>
  Object.assign(new Error('in words'), { name, $metadata: { httpStatusCode } });

interface Options {
  maxRunning?: number;
  /** What taking the lock of launches answers. */
  lock?: boolean;
  /** What RunInstances answers, one after the other; the last one again and again. */
  answers?: object[];
  /** What DescribeInstances answers, each time or one after the other. */
  instances?: object | object[];
  result?: RecordResult | Error;
  cannotPostpone?: boolean;
  types?: string[];
}

/** The launcher with AWS's answers given, and what it did. */
export function launcher({ answers = [{ Instances: [{ InstanceId: 'i-1' }] }], ...options }: Options = {}) {
  const seen = {
    events: [] as string[],
    records: [] as JobRecord[],
    postponed: [] as number[],
    tokens: [] as string[],
    asked: [] as object[],
    locks: [] as string[],
  };
  const log = (level: string) => (_message: unknown, facts?: unknown) =>
    void seen.events.push(`${level} ${(facts as { event: string }).event}`);
  const ec2 = withSend(
    EC2Client,
    async (command: { constructor: { name: string }; input: { ClientToken: string } }) => {
      const isLaunch = command.constructor.name === 'RunInstancesCommand';
      if (isLaunch) seen.tokens.push(command.input.ClientToken);
      else seen.asked.push(command.input);
      const looks = [options.instances ?? {}].flat();
      const [all, at] = isLaunch ? [answers, seen.tokens.length] : [looks, seen.asked.length];
      const answer = all[at - 1] ?? all.at(-1);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  );
  const dependencies: LaunchDependencies = {
    env: {
      templateId: 'lt-1',
      stackName: 'lambda-ec2',
      subnetIds: ['subnet-1', 'subnet-2'],
      instanceTypes: options.types ?? [],
      bucketEncryption: '',
      bucketRequestPayer: '',
      queueUrl: 'https://sqs/q',
      launchWaitSeconds: 3600,
      maxRunning: options.maxRunning ?? 0,
    },
    ec2,
    readStatus: async () => ({ kind: 'none' }),
    writeRecord: async (record) => {
      seen.records.push(record);
      if (options.result instanceof Error) throw options.result;
      return options.result ?? 'written';
    },
    lock: {
      take: async () => options.lock ?? true,
      release: async (bucket) => void seen.locks.push(bucket),
    },
    postpone: async (_receipt, seconds) => {
      seen.postponed.push(seconds);
      if (options.cannotPostpone) throw refusal('ReceiptHandleIsInvalid');
    },
    logger: eventLogger({ info: log('info'), warn: log('warn'), error: log('error') } as never),
    now: () => NOW,
    random: () => 1,
  };
  const handle = createLaunchHandler(dependencies);
  const deliver = async (
    bodies: string[],
    { receiveCount = 1, sentAt = NOW, timeLeft = undefined as (() => number) | undefined } = {},
  ) => {
    const attributes = { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(receiveCount) };
    const Records = bodies.map((text, at) => ({
      messageId: `m${at}`,
      receiptHandle: `r${at}`,
      body: text,
      attributes,
    }));
    const { batchItemFailures } = await handle(
      { Records } as never,
      timeLeft && { getRemainingTimeInMillis: timeLeft },
    );
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { ...seen, deliver };
}
