import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { metricsEnv, readEnv } from '../../contract/function-env';
import { eventLogger } from '../shared/log-events';
import { createMetricsHandler } from './handler';

/** The entry point of the metrics function: see {@link createMetricsHandler}. */
export const handler = createMetricsHandler({
  ...readEnv(metricsEnv, process.env),
  ec2: new EC2Client({ maxAttempts: 3 }),
  s3: new S3Client({ maxAttempts: 3 }),
  eventBridge: new EventBridgeClient({ maxAttempts: 3 }),
  // The format wants the line alone, without what a logger or Lambda's console adds.
  print: (line) => process.stdout.write(`${line}\n`),
  logger: eventLogger(new Logger({ serviceName: 'metrics' })),
  now: Date.now,
});
