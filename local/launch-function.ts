import path from 'node:path';
import type { S3EventRecord } from 'aws-emulator/s3/events';
import { failedItems, pollQueue } from 'aws-emulator/sqs/delivery';
import type { Queues } from 'aws-emulator/sqs/queues';
import type { SQSEvent } from 'aws-lambda';
import { bundle } from '../build/bundle';
import { parseDuration } from '../contract/duration';
import type { FunctionVariables } from '../contract/function-env';
import type { Settings } from '../contract/settings';
import type { LoggedError } from '../lambda/shared/error-message';
import type { FunctionFailures } from './lambda/failures';
import { LambdaProcess } from './lambda/lambda-process';

/** The names of the queues of the local machine. */
export const JOB_QUEUE = 'lambda-ec2-jobs';
export const DEAD_LETTER_QUEUE = 'lambda-ec2-dead-letters';

export interface LaunchFunctionOptions {
  queues: Queues;
  endpointUrl: string;
  /** Region and credentials, as Lambda puts them into a function's environment. */
  environment: Record<string, string>;
  templateId: string;
  settings: Settings;
  subnetIds: string[];
  /** Folder for the bundle. */
  dir: string;
  onLine: (line: string) => void;
  failures: FunctionFailures;
}

/** The way from an upload to a launch: notification, queue, and the deployed bundle behind it. */
export interface LaunchFunction {
  /** Puts an S3 event notification into the queue, as S3 does. */
  notify(record: S3EventRecord): void;
  close(): Promise<void>;
}

/** Bundles lambda/launch as a deploy does and starts it behind the job queue. */
export function startLaunchFunction(options: LaunchFunctionOptions): LaunchFunction {
  const { queues, endpointUrl, environment, templateId, settings, subnetIds, dir, onLine, failures } = options;
  const queue = queues.named(JOB_QUEUE);
  let complaint: string | undefined;
  const launch = new LambdaProcess({
    file: bundle(path.join(dir, 'lambda'), ['launch']).launch as string,
    environment: {
      ...environment,
      ...({
        TEMPLATE_ID: templateId,
        STACK_NAME: settings.name,
        SUBNET_IDS: subnetIds.join(','),
        INSTANCE_TYPES: settings.instance_types.slice(1).join(','),
        QUEUE_URL: queues.urlOf(queue, endpointUrl),
        LAUNCH_WAIT_SECONDS: String(parseDuration(settings.launch_wait)),
      } satisfies FunctionVariables<'launch'>),
    },
    onLog: (line) => {
      complaint = complaintIn(line) ?? complaint;
      onLine(`launch: ${line}`);
    },
  });
  const poller = pollQueue({
    queue,
    handler: async (event) => {
      complaint = undefined;
      const answer = await launch.invoke(event);
      // It keeps a message for a job that waits as well, and then complains of nothing.
      if (complaint !== undefined && failedItems(answer, idsOf(event)).size > 0) failures.add('launch', complaint);
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
