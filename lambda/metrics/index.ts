import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { metricsEnv, readEnv } from '../../contract/function-env';
import { jobBucketClient } from '../shared/job-bucket-client';
import { eventLogger } from '../shared/log-events';
import { createMetricsHandler } from './handler';

const env = readEnv(metricsEnv, process.env);

/** The entry point of the metrics function: see {@link createMetricsHandler}. */
export const handler = createMetricsHandler({
  ...env,
  ec2: new EC2Client({ maxAttempts: 3 }),
  s3: jobBucketClient(new S3Client({ maxAttempts: 3 }), env),
  eventBridge: new EventBridgeClient({ maxAttempts: 3 }),
  // The format wants the line alone, without what a logger or Lambda's console adds.
  print: (line) => process.stdout.write(`${line}\n`),
  logger: eventLogger(new Logger({ serviceName: 'metrics' })),
  now: Date.now,
});
