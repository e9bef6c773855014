import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { SQSHandler } from 'aws-lambda';
import { launchEnv, readEnv } from '../../contract/function-env';
import { eventLogger } from '../shared/log-events';
import { createLaunchHandler } from './handler';
import { jobBucket, postponer } from './lazy-clients';
import { LaunchRetryStrategy } from './retry';

const env = readEnv(launchEnv, process.env);
const ec2 = new EC2Client({
  // Two tries: the queue is the real retry, and it does not hold a function open.
  retryStrategy: new LaunchRetryStrategy(2),
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
});

/** The entry point of the launch function: see {@link createLaunchHandler}. */
export const handler = createLaunchHandler({
  env,
  ec2,
  ...jobBucket(env),
  postpone: postponer(env.queueUrl),
  logger: eventLogger(new Logger({ serviceName: 'launch' })),
  now: Date.now,
  random: Math.random,
}) satisfies SQSHandler;
