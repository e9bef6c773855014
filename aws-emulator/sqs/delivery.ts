import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type Message, md5OfBody, systemAttributes } from './message';
import type { Queue } from './queue';

/**
 * A function that takes queue messages. Its answer is unknown until it was looked at, as Lambda's own poller sees it.
 */
export type QueueHandler = (event: SQSEvent) => Promise<unknown>;

/** An event source mapping: from which queue to which function, and how much at a time. */
export interface PollOptions {
  queue: Queue;
  handler: QueueHandler;
  /** Messages in one invocation, at most (default 10). */
  batchSize?: number;
  /** Invocations at one time, at most (default 2, Lambda's least). */
  maxConcurrency?: number;
  /** `awsRegion` of the records (default `us-east-1`). */
  region?: string;
  /** Told about every failed invocation; Lambda only counts them. */
  onError?: (error: unknown, messageIds: string[]) => void;
}

/** A running event source mapping. */
export interface Poller {
  /** Takes no more messages and waits for the invocations under way. */
  stop(): Promise<void>;
}

/**
 * An event source mapping between a queue and a function, with `ReportBatchItemFailures` on.
 *
 * What succeeded is deleted. What is reported as failed stays hidden until its visibility timeout ends, whatever the
 * function set that to. A function that throws, or answers with something else than a partial batch response, fails
 * the whole batch.
 */
export function pollQueue(options: PollOptions): Poller {
  const stopped = new AbortController();
  const workers = Array.from({ length: options.maxConcurrency ?? 2 }, () => work(options, stopped.signal));
  return {
    async stop() {
      stopped.abort();
      await Promise.all(workers);
    },
  };
}

async function work(options: PollOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const messages = await options.queue.receive({ max: options.batchSize ?? 10, waitSeconds: 20, signal });
    if (messages.length > 0) await invoke(options, messages);
  }
}

/** One invocation with these messages; deletes those that need not come back. */
async function invoke(
  { queue, handler, region = 'us-east-1', onError }: PollOptions,
  messages: Message[],
): Promise<void> {
  const ids = messages.map((message) => message.id);
  try {
    const event = { Records: messages.map((message) => toRecord(message, queue, region)) };
    const failed = failedItems(await handler(event), new Set(ids));
    for (const message of messages) {
      if (!failed.has(message.id)) queue.delete(message.receipt as string);
    }
  } catch (error) {
    onError?.(error, ids);
  }
}

/**
 * The message ids a function reports as failed (Lambda developer guide, "Implementing partial batch responses").
 *
 * Nothing, `{}` and null lists mean that all went well. Throws when the answer is malformed: an item without an
 * identifier, or one that was not in the batch.
 */
export function failedItems(answer: unknown, known: ReadonlySet<string>): Set<string> {
  const list = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (list === undefined || list === null) return new Set();
  const identifiers = Array.isArray(list)
    ? list.map((item: { itemIdentifier?: unknown } | null) => item?.itemIdentifier)
    : [undefined];
  const failed = new Set<string>();
  for (const id of identifiers) {
    if (typeof id !== 'string' || !known.has(id)) {
      throw new Error(`the partial batch response names no message of the batch: ${JSON.stringify(id)}`);
    }
    failed.add(id);
  }
  return failed;
}

function toRecord(message: Message, queue: Queue, region: string): SQSRecord {
  const attributes = systemAttributes(message) as unknown as SQSRecord['attributes'];
  return {
    messageId: message.id,
    receiptHandle: message.receipt as string,
    body: message.body,
    attributes,
    messageAttributes: {},
    md5OfBody: md5OfBody(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  };
}
