import { QueueAttributeName } from '@aws-sdk/client-sqs';
import { ServiceError } from '../protocol/error';
import type { Queue } from './queue';

/** The attributes of a queue that were asked for by name, or all: strings, as GetQueueAttributes answers them. */
export function queueAttributes(queue: Queue, names: string[]): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  const created = String(Math.floor(queue.createdAt / 1000));
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(queue.attributes.visibilityTimeout),
    MessageRetentionPeriod: String(queue.attributes.retentionPeriod),
    DelaySeconds: String(queue.attributes.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(queue.attributes.receiveWait),
    MaximumMessageSize: String(queue.attributes.maximumMessageSize),
    SqsManagedSseEnabled: 'true',
  };
  if (queue.redrive) {
    const { deadLetterQueue, maxReceiveCount } = queue.redrive;
    all.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount });
  }
  if (names.includes('All')) return all;
  // Of those that there are, a queue may lack some.
  const unknown = names.find((name) => !(name in QueueAttributeName));
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
