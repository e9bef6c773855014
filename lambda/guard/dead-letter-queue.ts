import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message that was given up, with the texts of its attributes by their names. */
export interface DeadLetter {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
}

/** The queue of those, as far as the guard uses it. Each rejects with the SDK's error. */
export interface DeadLetterQueue {
  /** Whether a first look need not go on. */
  isEmpty(): Promise<boolean>;
  /** Up to ten, hidden from the next call for the visibility timeout of the queue; none: nothing is left for now. */
  receive(): Promise<DeadLetter[]>;
  remove(letter: DeadLetter): Promise<void>;
}

/**
 * The dead-letter queue at this URL. A look at an empty one is one request that does not wait, because the guard has one
 * every five minutes, for ever. The number that it goes by is right a minute after the last message came ("GetQueueAttributes",
 * SQS API Reference); messages are then received by a long poll, which asks all servers of the queue ("Amazon SQS short and
 * long polling", SQS Developer Guide).
 */
export function deadLetterQueue(sqs: Pick<SQSClient, 'send'>, QueueUrl: string): DeadLetterQueue {
  return {
    async isEmpty() {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Attributes?.ApproximateNumberOfMessages === '0';
    },
    async receive() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes = {} }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
      }));
    },
    async remove({ receiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
    },
  };
}
