import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { guardEnv, readEnv } from '../../contract/function-env';
import { jobBucketClient } from '../shared/job-bucket-client';
import { eventLogger } from '../shared/log-events';
import { notifier } from '../shared/notify';
import { deadLetterQueue } from './dead-letter-queue';
import { createGuardHandler } from './handler';

const env = readEnv(guardEnv, process.env);
const limits = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
const sqs = new SQSClient(limits);

/** The entry point of the guard: see {@link createGuardHandler}. */
export const handler = createGuardHandler({
  env,
  ec2: new EC2Client(limits),
  s3: jobBucketClient(new S3Client(limits), env),
  async send(MessageBody, DelaySeconds) {
    await sqs.send(new SendMessageCommand({ QueueUrl: env.queueUrl, MessageBody, DelaySeconds }));
  },
  deadLetters: deadLetterQueue(sqs, env.deadLetterQueueUrl),
  notify: notifier(new SNSClient(limits), env.topicArn),
  logger: eventLogger(new Logger({ serviceName: 'guard' })),
  now: Date.now,
});
