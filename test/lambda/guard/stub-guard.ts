import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  EC2Client,
  type Filter,
  GetConsoleOutputCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { JobRun } from '../../../contract/job-line';
import { jobLineTags } from '../../../contract/job-line-tags';
import { outputKeys } from '../../../contract/keys';
import type { Status } from '../../../contract/status';
import { jobToken } from '../../../contract/token';
import type { GuardDependencies } from '../../../lambda/guard/conclude-job';
import type { DeadLetter } from '../../../lambda/guard/dead-letter-queue';
import { asJobInstance, type JobInstance } from '../../../lambda/guard/job-instance';
import { seenLogger } from '../seen-logger';
import { withSend } from '../with-send';
import { memoryBucket } from './memory-bucket';

export const NOW = Date.parse('2026-11-26T12:00:00Z');
const LAUNCHED = new Date(NOW - 300_000);
export const JOB: JobRun = {
  bucket: 'jobs',
  key: 'app_runner/input/may.zip',
  versionId: 'v1',
  sequencer: '0A',
  attempt: 1,
};
export const KEYS = outputKeys('may');

export const ENV: GuardDependencies['env'] = {
  templateId: 'lt-1',
  stackName: 'lambda-ec2',
  bucket: 'jobs',
  bucketEncryption: '',
  bucketRequestPayer: '',
  queueUrl: 'https://sqs/q',
  deadLetterQueueUrl: 'https://sqs/d',
  attempts: 2,
  topicArn: 'arn:aws:sns:eu-west-1:111122223333:notices',
};

/** An instance of a run as EC2 shows it: terminated by itself unless told otherwise. */
export function described(job: JobRun = JOB, more: Partial<Instance> = {}): Instance {
  const tags = {
    'lambda-ec2:stack': 'lambda-ec2',
    'aws:ec2launchtemplate:id': 'lt-1',
    'lambda-ec2:job-token': jobToken(job),
    ...jobLineTags(job),
  };
  return {
    InstanceId: 'i-1',
    State: { Name: 'terminated' },
    LaunchTime: LAUNCHED,
    StateReason: { Code: 'Client.InstanceInitiatedShutdown', Message: '' },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...more,
  };
}

/** What the guard makes of {@link described}. */
export const instanceOf = (job: JobRun = JOB, more: Partial<Instance> = {}) =>
  asJobInstance(described(job, more), ENV) as JobInstance;

/** The code of an end after which a job gets another instance. */
export const INTERRUPTED: Partial<Instance> = { StateReason: { Code: 'Server.SpotInstanceTermination', Message: '' } };

/** A status of the run of {@link JOB} by its instance. */
export const status = (state: Status['state'], more: Partial<Status> = {}): Status => ({
  job_id: 'may',
  state,
  message: 'its own',
  attempt: 1,
  input_sequencer: '0A',
  instance_id: 'i-1',
  ...more,
});

/** The guard with AWS in memory, and what it did. */
export function stubGuard({ instances = [] as Instance[], letters = [] as DeadLetter[][] } = {}) {
  const seen = {
    sent: [] as { body: string; delaySeconds: number }[],
    notices: [] as { subject: string; text: string }[],
    removed: [] as string[],
    /** What EC2 was asked to describe: by ids, or the values of filters. */
    described: [] as string[][],
  };
  const clock = { now: NOW };
  const bucket = memoryBucket(() => clock.now);
  const hooks: { console?: () => void } = {};
  const { logger, events } = seenLogger();
  const ec2 = withSend(EC2Client, async (command: object) => {
    if (command instanceof GetConsoleOutputCommand) hooks.console?.();
    if (!(command instanceof DescribeInstancesCommand)) return {};
    const { InstanceIds, Filters = [] } = command.input;
    seen.described.push(InstanceIds ?? Filters.flatMap(({ Values = [] }) => Values));
    return { Reservations: [{ Instances: instances.filter((one) => isAskedFor(one, command.input)) }] };
  });
  const deps: GuardDependencies = {
    env: ENV,
    ec2,
    s3: bucket.s3,
    send: async (body, delaySeconds) => void seen.sent.push({ body, delaySeconds }),
    deadLetters: {
      isEmpty: async () => letters.length === 0,
      receive: async () => letters.shift() ?? [],
      remove: async ({ messageId }) => void seen.removed.push(messageId),
    },
    notify: async (subject, text) => void seen.notices.push({ subject, text }),
    logger,
    now: () => clock.now,
  };
  /** What stands at the key of the status, as an object. */
  const record = () => JSON.parse(bucket.text(KEYS.status) ?? 'null') as Status | null;
  const putStatus = (one: Status) => bucket.put(KEYS.status, JSON.stringify(one));
  return { ...seen, events, deps, bucket, clock, hooks, record, putStatus };
}

function isAskedFor({ InstanceId = '', Tags = [] }: Instance, asked: DescribeInstancesCommandInput): boolean {
  const { InstanceIds, Filters = [] } = asked;
  const hasTag = ({ Name, Values = [] }: Filter) =>
    Tags.some(({ Key, Value = '' }) => Name === `tag:${Key}` && Values.includes(Value));
  return InstanceIds ? InstanceIds.includes(InstanceId) : Filters.every(hasTag);
}
