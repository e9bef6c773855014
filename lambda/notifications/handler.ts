import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { answer, isCustomResourceRequest } from '../shared/answer-request';
import { errorMessage, loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import { plan } from './configurations';
import { refusal } from './refusal';
import { type NotificationRequest, parseRequest } from './request';

export interface NotificationDependencies {
  s3: S3Client;
  logger: EventLogger;
}

/**
 * Sets the notifications of the job bucket for CloudFormation, in the place of CDK's own function: those of others stay
 * as they are, on a bucket of the stack as well as on any other.
 */
export function createNotificationsHandler(deps: NotificationDependencies): (event: unknown) => Promise<void> {
  return async (event) => {
    if (!isCustomResourceRequest(event)) throw new Error('lambda/notifications was called by somebody else');
    let failure: string | undefined;
    try {
      const request = parseRequest(event);
      failure = await follow(deps, request);
      if (failure === undefined && request.bucketBefore !== undefined) await leave(deps, request, request.bucketBefore);
    } catch (error) {
      deps.logger.error('notifications.failed', { error: loggedError(error) });
      failure = errorMessage(error);
    }
    await answer(event, event.LogicalResourceId, failure);
  };
}

/**
 * Takes ours away from the bucket of the deploy before, once the new one has them. What goes wrong there is logged: the
 * new bucket works, and to take the deploy back would help nobody.
 */
async function leave(deps: NotificationDependencies, request: NotificationRequest, bucket: string): Promise<void> {
  let problem: string | undefined;
  try {
    problem = await follow(deps, { ...request, type: 'Delete', bucket });
  } catch (error) {
    problem = errorMessage(error);
  }
  if (problem !== undefined) deps.logger.warn('notifications.leave_failed', { bucket, why: problem });
}

/** Does what is asked. Returns why S3 does not take it. */
async function follow(
  { s3, logger }: NotificationDependencies,
  request: NotificationRequest,
): Promise<string | undefined> {
  const { bucket: Bucket, type } = request;
  const present = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })).catch((error: Error) => {
    if (type !== 'Delete' || error.name !== 'NoSuchBucket') throw error;
    return {};
  });
  const planned = plan(present, request);
  // What is there already is not written again: a destination of somebody else that is gone would be in the way.
  if (planned.isSame) {
    logger.info('notifications.kept', { bucket: Bucket });
    return undefined;
  }
  // To take ours away depends on nobody else's.
  const SkipDestinationValidation = type === 'Delete';
  const parameters = { Bucket, NotificationConfiguration: planned.next, SkipDestinationValidation };
  try {
    await s3.send(new PutBucketNotificationConfigurationCommand(parameters));
  } catch (error) {
    logger.error('notifications.failed', { error: loggedError(error) });
    return refusal(error, Bucket, planned);
  }
  logger.info('notifications.changed', { bucket: Bucket, type, others: planned.others.length });
  return undefined;
}
