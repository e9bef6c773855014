import { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { UserError } from '../../contract/user-error';
import { clientOptions, DEAD_LETTER_QUEUE } from '../../local/account';
import { LocalMachine } from '../../local/machine';
import { awsClient } from '../shared/aws-client';
import { jobBucketS3 } from '../shared/job-bucket-s3';
import { localApp } from '../shared/local-app';
import { localSettings } from '../shared/local-settings';
import { checkRequirements } from '../shared/requirements';
import { findSystem, runningSystem } from '../shared/system';
import { EXAMPLE_APP, EXAMPLE_SETTINGS } from './example';

/** The system that is verified. */
export interface Target {
  /** As a person calls it. */
  label: string;
  /** Whether it is on this machine. */
  isLocal: boolean;
  s3: S3Client;
  ec2: EC2Client;
  sqs: SQSClient;
  bucket: string;
  templateId: string;
  deadLetterQueueUrl: string;
  /** Whether its app is the example app. */
  runsExample: boolean;
  /** Whether what the job leaves behind is still there afterwards. */
  remains: boolean;
  /** Aborted when a job may never end, because a function of this machine does not work. */
  failed?: AbortSignal;
  close(): Promise<void>;
}

export interface TargetOptions {
  stack?: string;
  local?: boolean;
  bucket?: string;
  templateId?: string;
  deadLetterQueueUrl?: string;
  example?: boolean;
}

/**
 * Finds a deployed stack or the machine of `local up`, takes the endpoints that are given, or starts a machine of its
 * own for the example app.
 */
export async function findTarget(options: TargetOptions): Promise<Target> {
  if (options.local && !runningSystem()) return localTarget();
  const { client, label, demands, ...found } = (await namedTarget(options)) ?? (await findSystem(options));
  const clients = { s3: jobBucketS3({ client, demands }), ec2: new EC2Client(client), sqs: new SQSClient(client) };
  const close = async () => {
    for (const each of Object.values(clients)) each.destroy();
  };
  return { label, ...clients, ...found, runsExample: options.example === true, remains: true, close };
}

async function namedTarget({ bucket, templateId, deadLetterQueueUrl }: TargetOptions) {
  if (bucket && templateId && deadLetterQueueUrl) {
    const label = process.env.AWS_ENDPOINT_URL ?? `the bucket ${bucket}`;
    const demands = { encryption: '', requesterPays: false };
    return { label, isLocal: false, client: await awsClient(), demands, bucket, templateId, deadLetterQueueUrl };
  }
  if (bucket || templateId || deadLetterQueueUrl) {
    throw new UserError('--bucket, --template-id and --dead-letter-queue-url belong together: give all three or none');
  }
  return undefined;
}

async function localTarget(): Promise<Target> {
  checkRequirements();
  const app = localApp(EXAMPLE_APP);
  try {
    const settings = localSettings({ file: EXAMPLE_SETTINGS, app, set: [] });
    const machine = await LocalMachine.start({ settings });
    const { s3, ec2, bucket, templateId } = machine;
    const sqs = new SQSClient(clientOptions(machine.services));
    const { queues, endpoint } = machine.services;
    const deadLetterQueueUrl = queues.urlOf(queues.named(DEAD_LETTER_QUEUE), endpoint.url);
    const close = async () => {
      sqs.destroy();
      await machine.close();
      app.remove();
    };
    const own = { label: 'this machine', isLocal: true, runsExample: true, remains: false };
    return { ...own, s3, ec2, sqs, bucket, templateId, deadLetterQueueUrl, failed: machine.failed, close };
  } catch (error) {
    app.remove();
    throw error;
  }
}
