import { type BatchEntry, inBatch } from './batch';
import { missing, SqsError } from './errors';
import { type Message, type MessageAttribute, md5OfAttributes, md5OfBody, systemAttributes } from './message';
import { checkAttributes, checkBody, number } from './parameters';
import type { Queue } from './queue';
import { queueAttributes } from './queue-attributes';
import type { Queues } from './queues';

/** The input of an operation: the JSON body of the request. */
export type Input = Record<string, unknown>;

/** What an operation may need beside its input. */
export interface Call {
  queues: Queues;
  /** `http://127.0.0.1:PORT`, as the client sees it. */
  endpoint: string;
  senderId: string;
  /** Aborted when the client hangs up. */
  signal: AbortSignal;
}

type Operation = (input: Input, call: Call) => object | Promise<object>;

const queueOf = (input: Input, { queues }: Call): Queue => {
  if (typeof input.QueueUrl !== 'string') throw missing('QueueUrl');
  return queues.at(input.QueueUrl);
};

const receiptOf = (input: Input): string => {
  if (typeof input.ReceiptHandle !== 'string') throw missing('ReceiptHandle');
  return input.ReceiptHandle;
};

function send(queue: Queue, input: Input, call: Call): object {
  const body = checkBody(input.MessageBody, queue.attributes.maximumMessageSize);
  const attributes = checkAttributes(input.MessageAttributes);
  const delaySeconds = number(input, 'DelaySeconds', 0, 900);
  const message = queue.send(body, {
    attributes,
    senderId: call.senderId,
    ...(delaySeconds !== undefined && { delaySeconds }),
  });
  return { MessageId: message.id, MD5OfMessageBody: md5OfBody(body), ...digest(attributes) };
}

function received(message: Message, input: Input): object {
  const asked = [...strings(input.AttributeNames), ...strings(input.MessageSystemAttributeNames)];
  const pick = <T>(all: Record<string, T>, names: string[]) =>
    names.some((name) => name === 'All' || name === '.*')
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  const system = pick(systemAttributes(message), asked);
  const attributes = pick(message.attributes, strings(input.MessageAttributeNames));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    ...digest(attributes),
  };
}

const digest = (attributes: Record<string, MessageAttribute>) =>
  Object.keys(attributes).length > 0 ? { MD5OfMessageAttributes: md5OfAttributes(attributes) } : {};

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const visibility = (input: Input): number => {
  const seconds = number(input, 'VisibilityTimeout', 0, 43_200);
  if (seconds === undefined) throw missing('VisibilityTimeout');
  return seconds;
};

/** The operations of the stand-in, by the name in `X-Amz-Target`. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: (input, call) => send(queueOf(input, call), input, call),
  SendMessageBatch: (input, call) => {
    const queue = queueOf(input, call);
    return inBatch(input.Entries, (entry: BatchEntry) => send(queue, entry, call));
  },
  ReceiveMessage: async (input, call) => {
    const queue = queueOf(input, call);
    const seconds = number(input, 'VisibilityTimeout', 0, 43_200);
    const waitSeconds = number(input, 'WaitTimeSeconds', 0, 20);
    const messages = await queue.receive({
      max: number(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
      ...(seconds !== undefined && { visibility: seconds }),
      ...(waitSeconds !== undefined && { waitSeconds }),
      signal: call.signal,
    });
    return messages.length > 0 ? { Messages: messages.map((message) => received(message, input)) } : {};
  },
  DeleteMessage: (input, call) => {
    queueOf(input, call).delete(receiptOf(input));
    return {};
  },
  DeleteMessageBatch: (input, call) => {
    const queue = queueOf(input, call);
    return inBatch(input.Entries, (entry) => {
      queue.delete(receiptOf(entry));
      return {};
    });
  },
  ChangeMessageVisibility: (input, call) => {
    queueOf(input, call).changeVisibility(receiptOf(input), visibility(input));
    return {};
  },
  ChangeMessageVisibilityBatch: (input, call) => {
    const queue = queueOf(input, call);
    return inBatch(input.Entries, (entry) => {
      queue.changeVisibility(receiptOf(entry), visibility(entry));
      return {};
    });
  },
  GetQueueAttributes: (input, call) => {
    const attributes = queueAttributes(queueOf(input, call), strings(input.AttributeNames));
    return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
  },
  GetQueueUrl: (input, { queues, endpoint }) => {
    if (typeof input.QueueName !== 'string') throw missing('QueueName');
    return { QueueUrl: queues.urlOf(queues.named(input.QueueName), endpoint) };
  },
  ListQueues: (input, { queues, endpoint }) => {
    const prefix = typeof input.QueueNamePrefix === 'string' ? input.QueueNamePrefix : '';
    const QueueUrls = queues.all
      .filter(({ name }) => name.startsWith(prefix))
      .map((queue) => queues.urlOf(queue, endpoint));
    return QueueUrls.length > 0 ? { QueueUrls } : {};
  },
  PurgeQueue: (input, call) => {
    queueOf(input, call).purge();
    return {};
  },
};

/** The operation of a name; throws what SQS answers to one it does not know. */
export function operation(name: string): Operation {
  const found = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!found)
    throw new SqsError(
      'UnknownOperationException',
      `The action ${name} is not valid for this endpoint.`,
      'InvalidAction',
    );
  return found;
}
