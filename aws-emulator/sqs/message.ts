import { createHash, randomUUID } from 'node:crypto';

/** A typed message attribute, as the API has it; binary values stay base64. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** One message as it is kept. Times are milliseconds since 1970. */
export interface Message {
  id: string;
  /** Order of arrival within the queue. */
  sequence: number;
  body: string;
  attributes: Record<string, MessageAttribute>;
  senderId: string;
  sentAt: number;
  /** Not received before this time: a delay, or the visibility timeout of the last receive. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The receipt of the last receive: the only one that deletes or hides the message. */
  receipt?: string;
  /** The ARN of the queue it came from, in a dead-letter queue. */
  deadLetterSource?: string;
}

/** A new message, visible after `delaySeconds`. */
export function newMessage(
  sequence: number,
  body: string,
  options: { now: number; delaySeconds: number; attributes?: Record<string, MessageAttribute>; senderId?: string },
): Message {
  return {
    id: randomUUID(),
    sequence,
    body,
    attributes: options.attributes ?? {},
    senderId: options.senderId ?? 'local',
    sentAt: options.now,
    visibleAt: options.now + options.delaySeconds * 1000,
    receiveCount: 0,
  };
}

/** The system attributes of a received message: strings all of them, numbers too. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.deadLetterSource && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** MD5 of a body in hexadecimal; the SDK compares it with its own. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body, 'utf8').digest('hex');
}

/**
 * MD5 of message attributes (SQS developer guide, "Calculating the MD5 message digest for message attributes"):
 * by name in order, name, data type and value each behind its length, the value behind 1 (string) or 2 (binary).
 */
export function md5OfAttributes(attributes: Record<string, MessageAttribute>): string {
  const hash = createHash('md5');
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    field(Buffer.from(name));
    field(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    field(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}
