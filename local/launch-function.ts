import type { S3EventRecord } from 'aws-emulator/s3/events';
import { failedItems, pollQueue } from 'aws-emulator/sqs/delivery';
import type { SQSEvent } from 'aws-lambda';
import { bucketDemands, demandVariables } from '../contract/bucket-demands';
import { parseDuration } from '../contract/duration';
import type { DeployedFunction } from '../contract/function-env';
import type { LoggedError } from '../lambda/shared/error-message';
import { JOB_QUEUE } from './account';
import { type Deployment, deployFunction } from './lambda/deploy-function';

/** The way from an upload to a launch: notification, queue, and the deployed bundle behind it. */
export interface LaunchFunction {
  /** Puts an S3 event notification into the queue, as S3 does. */
  notify(record: S3EventRecord): void;
  close(): Promise<void>;
}

/** Starts lambda/launch behind the job queue. */
export function startLaunchFunction(deployment: Deployment): LaunchFunction {
  const { services, templateId, settings, onLine, failures } = deployment;
  const { queues, endpoint, ec2, events } = services;
  const queue = queues.named(JOB_QUEUE);
  const deployed: DeployedFunction = {
    name: 'launch',
    environment: {
      TEMPLATE_ID: templateId,
      STACK_NAME: settings.name,
      SUBNET_IDS: ec2.subnets.map(({ id }) => id).join(','),
      INSTANCE_TYPES: settings.instance_types.slice(1).join(','),
      QUEUE_URL: queues.urlOf(queue, endpoint.url),
      ...demandVariables(bucketDemands(settings)),
      LAUNCH_WAIT_SECONDS: String(parseDuration(settings.launch_wait)),
      MAX_RUNNING: String(settings.max_running),
    },
  };
  // Jobs that wait for room get it at once, the oldest first, and not when their wait is over.
  const fill = () => queue.recall(ec2.room ?? 0);
  let ended = 0;
  events.on('instance', ({ detail }) => {
    if (detail.state !== 'terminated') return;
    ended++;
    fill();
  });
  let complaint: string | undefined;
  const launch = deployFunction(deployment, deployed, (line) => {
    complaint = complaintIn(line) ?? complaint;
    onLine(`launch: ${line}`);
  });
  launch.warmUp();
  const poller = pollQueue({
    queue,
    handler: async (event) => {
      complaint = undefined;
      const before = ended;
      const answer = await launch.invoke(event);
      const failed = failedItems(answer, idsOf(event)).size;
      // An instance may have ended between a refusal and the wait that followed; a job may have needed none after all.
      if (ended !== before || failed < event.Records.length) fill();
      // It keeps a message for a job that waits as well, and then complains of nothing.
      if (complaint !== undefined && failed > 0) failures.add('launch', complaint);
      return answer;
    },
    onError: (error) => failures.add('launch', error),
  });
  return {
    notify: (record) => {
      queue.send(JSON.stringify({ Records: [record] }));
    },
    async close() {
      await poller.stop();
      await launch.close();
    },
  };
}

const idsOf = (event: SQSEvent) => new Set(event.Records.map(({ messageId }) => messageId));

/** What a line of the function's log says of an error; undefined when it tells of none. */
function complaintIn(line: string): string | undefined {
  try {
    const { level, message, error } = JSON.parse(line) as { level: string; message: string; error?: LoggedError };
    if (level !== 'ERROR') return undefined;
    return [message, error?.name, error?.message].filter(Boolean).join(': ');
  } catch {
    return undefined;
  }
}
