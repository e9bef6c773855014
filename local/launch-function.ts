import path from 'node:path';
import { bundle } from '../build/bundle';
import { parseDuration } from '../contract/duration';
import type { Settings } from '../contract/settings';
import { LambdaProcess } from './lambda/lambda-process';
import type { S3EventRecord } from './s3/events';
import { pollQueue } from './sqs/delivery';
import type { Queues } from './sqs/queues';

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
}

/** The way from an upload to a launch: notification, queue, and the deployed bundle behind it. */
export interface LaunchFunction {
  /** Puts an S3 event notification into the queue, as S3 does. */
  notify(record: S3EventRecord): void;
  close(): Promise<void>;
}

/** Bundles lambda/launch as a deploy does and starts it behind the job queue. */
export function startLaunchFunction(options: LaunchFunctionOptions): LaunchFunction {
  const { queues, endpointUrl, environment, templateId, settings, subnetIds, dir, onLine } = options;
  const queue = queues.named(JOB_QUEUE);
  const launch = new LambdaProcess({
    file: bundle(path.join(dir, 'lambda'), ['launch']).launch as string,
    environment: {
      ...environment,
      TEMPLATE_ID: templateId,
      STACK_NAME: settings.name,
      SUBNET_IDS: subnetIds.join(','),
      INSTANCE_TYPES: settings.instance_types.slice(1).join(','),
      QUEUE_URL: queues.urlOf(queue, endpointUrl),
      LAUNCH_WAIT_SECONDS: String(parseDuration(settings.launch_wait)),
    },
    onLog: (line) => onLine(`launch: ${line}`),
  });
  const poller = pollQueue({
    queue,
    handler: (event) => launch.invoke(event),
    onError: (error) => onLine(`launch: ${error instanceof Error ? error.message : String(error)}`),
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
