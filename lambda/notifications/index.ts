import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { eventLogger } from '../shared/log-events';
import { createNotificationsHandler } from './handler';

/** The entry point of the function behind Custom::S3BucketNotifications: see {@link createNotificationsHandler}. */
export const handler = createNotificationsHandler({
  s3: new S3Client({ maxAttempts: 5 }),
  logger: eventLogger(new Logger({ serviceName: 'notifications' })),
});
