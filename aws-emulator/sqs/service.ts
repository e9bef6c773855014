import * as sdk from '@aws-sdk/client-sqs';
import type { ServiceRequest } from '../http/types';
import { awsJson } from '../protocol/aws-json';
import { ServiceError } from '../protocol/error';
import { jsonOrQuery } from '../protocol/json-or-query';
import type { Handlers, Unsupported } from '../protocol/operation';
import { awsQuery } from '../protocol/query';
import { SdkService } from '../protocol/service';
import { type Message, md5OfBody, systemAttributes } from './message';
import { queueAttributes } from './queue-attributes';
import type { Queues } from './queues';

/** Of the Query protocol, which clients from before November 2023 speak, the AWS CLI 2.9 among them. */
const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';
const LONGEST_DELAY_SECONDS = 900;
const LONGEST_VISIBILITY_SECONDS = 43_200;
const LONGEST_WAIT_SECONDS = 20;
const MOST_MESSAGES = 10;

/** SQS: on queues made beforehand. */
export class SqsService extends SdkService<typeof sdk, Queues> {
  constructor(queues: Queues) {
    const refusalCodes = { 'missing-parameter': [400, 'MissingParameter'] } as const;
    const json = awsJson(sdk, { version: '1.0', target: 'AmazonSQS', queryCompatible: true, refusalCodes });
    const protocol = jsonOrQuery(json, awsQuery(sdk, NAMESPACE));
    super({ name: 'sqs', protocol, handlers: HANDLERS, unsupported: UNSUPPORTED, context: queues });
  }
}

const HANDLERS: Handlers<typeof sdk, Queues> = {
  SendMessage({ QueueUrl, MessageBody, DelaySeconds }, queues, { accessKeyId: senderId }) {
    const queue = queues.at(QueueUrl);
    checkBody(MessageBody, queue.attributes.maximumMessageSize);
    const delaySeconds = inRange('DelaySeconds', DelaySeconds, 0, LONGEST_DELAY_SECONDS);
    const { id } = queue.send(MessageBody, { delaySeconds, senderId });
    return { MessageId: id, MD5OfMessageBody: md5OfBody(MessageBody) };
  },

  async ReceiveMessage(input, queues, request) {
    const messages = await queues.at(input.QueueUrl).receive({
      max: inRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, MOST_MESSAGES),
      visibility: inRange('VisibilityTimeout', input.VisibilityTimeout, 0, LONGEST_VISIBILITY_SECONDS),
      waitSeconds: inRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, LONGEST_WAIT_SECONDS),
      signal: hungUp(request),
    });
    const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    const own = input.MessageAttributeNames ?? [];
    return { Messages: messages.length > 0 ? messages.map((message) => received(message, names, own)) : undefined };
  },

  DeleteMessage({ QueueUrl, ReceiptHandle }, queues) {
    queues.at(QueueUrl).delete(ReceiptHandle);
    return {};
  },

  ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }, queues) {
    inRange('VisibilityTimeout', VisibilityTimeout, 0, LONGEST_VISIBILITY_SECONDS);
    queues.at(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
    return {};
  },

  GetQueueAttributes: ({ QueueUrl, AttributeNames = [] }, queues) => ({
    Attributes: queueAttributes(queues.at(QueueUrl), AttributeNames),
  }),

  ListQueues: ({ QueueNamePrefix = '' }, queues, { headers }) => ({
    QueueUrls: queues.list(QueueNamePrefix).map((queue) => queues.urlOf(queue, `http://${headers.host}`)),
  }),

  PurgeQueue({ QueueUrl }, queues) {
    queues.at(QueueUrl).purge();
    return {};
  },

  GetQueueUrl: ({ QueueName }, queues, { headers }) => ({
    QueueUrl: queues.urlOf(queues.named(QueueName), `http://${headers.host}`),
  }),
};

const UNSUPPORTED: Unsupported<typeof sdk> = {
  ListQueues: ['MaxResults', 'NextToken'],
  SendMessage: ['MessageAttributes', 'MessageSystemAttributes', 'MessageDeduplicationId', 'MessageGroupId'],
};

function received(message: Message, names: string[], own: string[]): sdk.Message {
  const { id: MessageId, receipt: ReceiptHandle, body: Body } = message;
  const attributes = asked(message.attributes ?? {}, own).map(
    ([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const,
  );
  const system = asked(systemAttributes(message), names);
  return {
    MessageId,
    ReceiptHandle,
    Body,
    MD5OfBody: md5OfBody(Body),
    Attributes: system.length > 0 ? Object.fromEntries(system) : undefined,
    MessageAttributes: attributes.length > 0 ? Object.fromEntries(attributes) : undefined,
  };
}

/** Those attributes that a receiver names. */
function asked(attributes: Record<string, string>, names: string[]): [string, string][] {
  return Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name));
}

/** An integer parameter, checked when it is given. */
function inRange(name: string, value: number | undefined, low: number, high: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return value;
  throw new ServiceError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be an integer from ${low} to ${high}.`,
  );
}

/** A message body: not empty, not too long, and only characters that XML can hold (SendMessage's rule). */
function checkBody(body: string, maximumBytes: number): void {
  if (body === '') throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(body) > maximumBytes) {
    throw new ServiceError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what SQS refuses
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  }
}

/** Aborted when the client goes away. */
function hungUp({ res }: ServiceRequest): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => controller.abort());
  return controller.signal;
}
