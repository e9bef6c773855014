import { createHash, randomUUID } from 'node:crypto';

/** One message as it is kept. Times are milliseconds since 1970. */
export interface Message {
  id: string;
  /** Order of arrival within the queue. */
  sequence: number;
  body: string;
  /** Message attributes, all of them strings, as a service of AWS gives them. */
  attributes?: Record<string, string>;
  senderId: string;
  sentAt: number;
  /** Not received before this time: a delay, or the visibility timeout of the last receive. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Its receiver has chosen when it comes back. */
  isPutOff?: boolean;
  /** The receipt of the last receive: the only one that deletes or hides the message. */
  receipt?: string;
  /** The ARN of the queue it came from, in a dead-letter queue. */
  deadLetterSource?: string;
}

/** A new message, visible after `delaySeconds`. */
export function newMessage(
  sequence: number,
  body: string,
  options: { now: number; delaySeconds: number; senderId?: string; attributes?: Record<string, string> },
): Message {
  return {
    id: randomUUID(),
    sequence,
    body,
    attributes: options.attributes,
    senderId: options.senderId ?? 'local',
    sentAt: options.now,
    visibleAt: options.now + options.delaySeconds * 1000,
    receiveCount: 0,
  };
}

/** The system attributes of a received message: strings all of them, numbers too. */
export function systemAttributes(message: Message): Record<string, string> {
  const attributes: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
  if (message.deadLetterSource) attributes.DeadLetterQueueSourceArn = message.deadLetterSource;
  return attributes;
}

/** MD5 of a body in hexadecimal; the SDK compares it with its own. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body, 'utf8').digest('hex');
}
