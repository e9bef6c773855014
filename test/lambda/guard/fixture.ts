import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandOutput,
  EC2Client,
  type Instance,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Notice, SnsService } from 'aws-emulator/sns/service';
import type { Queue } from 'aws-emulator/sqs/queue';
import type { Status } from '../../../contract/status';
import type { GuardDependencies } from '../../../lambda/guard/conclude-job';
import { deadLetterQueue } from '../../../lambda/guard/dead-letter-queue';
import { handleDeadLetters } from '../../../lambda/guard/dead-letters';
import { createGuardHandler } from '../../../lambda/guard/handler';
import { notifier } from '../../../lambda/shared/notify';
import { parseDelivery } from '../../../lambda/shared/upload-event';
import { BUCKET, body, input, KEY, REGION, startWorld } from '../launch/fixture';
import { withSend } from '../with-send';

export const TOPIC = `arn:aws:sns:${REGION}:000000000000:notices`;
export const SEQUENCER = '0055AED6DCD90281E5';
export const CONSOLE = 'kernel: all is well\n';
/** What the scheduled rules send. */
export const SCHEDULE = { source: 'lambda-ec2.schedule' };

export type GuardWorld = Awaited<ReturnType<typeof startGuardWorld>>;

/** Launcher and guard in this process, with EC2, S3, SQS and SNS behind a real endpoint. */
export async function startGuardWorld({ attempts = 2 } = {}) {
  const notices: Notice[] = [];
  const world = await startWorld({ console: CONSOLE, services: [new SnsService((notice) => notices.push(notice))] });
  const { endpoint, dependencies: launch } = world;
  const options = { region: REGION, endpoint: endpoint.url, credentials: KEY };
  const sqs = new SQSClient(options);
  const sns = new SNSClient(options);
  const deadLetters = world.queues.named('dead-letters');
  const deadLetterQueueUrl = world.queues.urlOf(deadLetters, endpoint.url);
  const clock = { ahead: 0 };
  const terminated: string[] = [];
  /** Instances whose tags EC2 has removed, or which it shows no more. */
  const forgotten = new Map<string, 'no tags' | 'gone'>();
  const sent: { key: string; attempt: number; delaySeconds: number }[] = [];
  const dependencies: GuardDependencies = {
    env: {
      templateId: world.templateId,
      stackName: 'lambda-ec2',
      bucket: BUCKET,
      bucketEncryption: '',
      bucketRequestPayer: '',
      queueUrl: launch.env.queueUrl,
      deadLetterQueueUrl,
      attempts,
      topicArn: TOPIC,
    },
    ec2: withSend(EC2Client, async (command: never) => {
      if ((command as object) instanceof TerminateInstancesCommand) {
        terminated.push(...((command as TerminateInstancesCommand).input.InstanceIds ?? []));
      }
      const answer = await world.ec2.send(command);
      return (command as object) instanceof DescribeInstancesCommand ? forget(answer, forgotten) : answer;
    }),
    s3: world.s3,
    async send(MessageBody, DelaySeconds) {
      const delivery = parseDelivery(MessageBody);
      if (delivery.kind !== 'uploads') throw new Error(`the launcher could not read ${MessageBody}`);
      for (const { key, attempt } of delivery.uploads) sent.push({ key, attempt, delaySeconds: DelaySeconds });
      await sqs.send(new SendMessageCommand({ QueueUrl: launch.env.queueUrl, MessageBody, DelaySeconds }));
    },
    deadLetters: deadLetterQueue(withoutWaiting(sqs), deadLetterQueueUrl),
    notify: notifier(sns, TOPIC),
    logger: launch.logger,
    now: () => Date.now() + clock.ahead,
  };
  const guard = createGuardHandler(dependencies);
  const queue = world.queues.named('jobs');
  return {
    ...world,
    guard,
    dependencies,
    notices,
    terminated,
    forgotten,
    sent,
    clock,
    queue,
    /** Uploads a job and launches its instance. Returns the instance's id. */
    async launchJob(id: string, attempt?: number): Promise<string> {
      const before = new Set((await instancesOf(world.ec2)).map(({ InstanceId }) => InstanceId));
      await world.deliver([body({ key: input(id), versionId: 'v1', ...(attempt && { attempt }) })]);
      const fresh = (await instancesOf(world.ec2)).find(({ InstanceId }) => !before.has(InstanceId));
      await world.ec2Service.idle();
      return fresh?.InstanceId as string;
    },
    instances: (): Promise<Instance[]> => instancesOf(world.ec2),
    /** Tells the guard that an instance changed its state. */
    async stateChanged(instanceId: string, state = 'terminated'): Promise<void> {
      await world.ec2Service.idle();
      await guard({
        'detail-type': 'EC2 Instance State-change Notification',
        detail: { 'instance-id': instanceId, state },
      });
    },
    /** Writes a status as a runner or a launcher would. */
    putStatus: (status: Partial<Status> & Pick<Status, 'job_id' | 'state'>) =>
      world.put(
        `app_runner/output/${status.job_id}_status.json`,
        JSON.stringify({ message: 'm', exit_code: null, attempt: 1, input_sequencer: SEQUENCER, ...status }),
      ),
    deadLetters,
    /** Gives the guard a dead letter with the texts of its attributes. Returns how many are left. */
    async deadLetter(text: string, attributes?: Record<string, string>): Promise<number> {
      deadLetters.send(text, { attributes });
      await handleDeadLetters(dependencies);
      return lettersIn(deadLetters);
    },
    /** The keys of the guard's tombstones. */
    async tombstones(): Promise<string[]> {
      const listed = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'app_runner/guard/' });
      return ((await world.s3.send(listed)).Contents ?? []).map(({ Key = '' }) => Key);
    },
    async close() {
      sqs.destroy();
      await world.close();
    },
  };
}

/** Nothing comes into the queue while it is read: a test need not wait for that. */
function withoutWaiting(sqs: SQSClient): SQSClient {
  return withSend(SQSClient, (command: { input: { WaitTimeSeconds?: number } }) => {
    if (command.input.WaitTimeSeconds) command.input.WaitTimeSeconds = 0;
    return sqs.send(command as never);
  });
}

/** How many messages a queue has, received ones included. */
export function lettersIn(queue: Queue): number {
  const { visible, inFlight } = queue.counts();
  return visible + inFlight;
}

/** What EC2 describes some time after the end of an instance: without tags, then not at all. */
function forget(
  { Reservations = [], ...answer }: DescribeInstancesCommandOutput,
  forgotten: ReadonlyMap<string, 'no tags' | 'gone'>,
): DescribeInstancesCommandOutput {
  const Instances = Reservations.flatMap((one) => one.Instances ?? [])
    .filter(({ InstanceId = '' }) => forgotten.get(InstanceId) !== 'gone')
    .map((one) => (forgotten.has(one.InstanceId ?? '') ? { ...one, Tags: [] } : one));
  return { ...answer, Reservations: [{ Instances }] };
}

async function instancesOf(ec2: Pick<EC2Client, 'send'>): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

export { body, input };
