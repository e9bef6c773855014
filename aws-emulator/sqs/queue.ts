import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { ServiceError } from '../protocol/error';
import { type Message, newMessage } from './message';

/** A queue's attributes, in seconds and bytes as in the API. */
export interface QueueAttributes {
  visibilityTimeout: number;
  retentionPeriod: number;
  delaySeconds: number;
  receiveWait: number;
  maximumMessageSize: number;
}

interface SendOptions {
  delaySeconds?: number;
  senderId?: string;
  attributes?: Record<string, string>;
}

/** Where messages go after `maxReceiveCount` receives without a delete. */
interface Redrive {
  deadLetterQueue: Queue;
  maxReceiveCount: number;
}

/** What SQS takes when a queue says nothing else (CreateQueue), and the largest message of 2026. */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  visibilityTimeout: 30,
  retentionPeriod: 4 * 86_400,
  delaySeconds: 0,
  receiveWait: 0,
  maximumMessageSize: 1_048_576,
};

/** A standard queue: at-least-once by visibility timeout, roughly first in first out, a dead-letter queue behind it. */
export class Queue {
  readonly createdAt: number;
  private readonly messages = new Map<string, Message>();
  private readonly arrivals = new EventEmitter().setMaxListeners(0);
  private sequence = 0;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly attributes: QueueAttributes,
    readonly redrive: Redrive | undefined,
    private readonly now: () => number = Date.now,
  ) {
    this.createdAt = now();
  }

  /** Stores a message and returns it. */
  send(body: string, { delaySeconds = this.attributes.delaySeconds, ...more }: SendOptions = {}): Message {
    return this.store(newMessage(++this.sequence, body, { now: this.now(), delaySeconds, ...more }));
  }

  /**
   * Up to `max` visible messages, hidden for `visibility` seconds from now. Waits up to `waitSeconds` for the first
   * one; an aborted wait (the client hung up) returns nothing and hides nothing.
   */
  async receive(
    options: { max?: number; visibility?: number; waitSeconds?: number; signal?: AbortSignal } = {},
  ): Promise<Message[]> {
    const deadline = this.now() + (options.waitSeconds ?? this.attributes.receiveWait) * 1000;
    for (;;) {
      if (options.signal?.aborted) return [];
      const taken = this.take(options.max ?? 1, options.visibility ?? this.attributes.visibilityTimeout);
      const left = deadline - this.now();
      if (taken.length > 0 || left <= 0) return taken;
      await this.somethingToSee(left, options.signal);
    }
  }

  /** Deletes the message of a receipt. An old receipt of a message received again deletes nothing, as in SQS. */
  delete(receipt: string): void {
    const message = this.byReceipt(receipt);
    if (message?.receipt === receipt) this.drop(message);
  }

  /** Deletes every message, at once: SQS takes up to a minute. */
  purge(): void {
    this.messages.clear();
  }

  /** Hides a received message for so many seconds from now; 0 makes it visible at once. */
  changeVisibility(receipt: string, seconds: number): void {
    const message = this.byReceipt(receipt);
    if (!message || message.receipt !== receipt || message.visibleAt <= this.now()) {
      throw new ServiceError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    message.visibleAt = this.now() + seconds * 1000;
    message.isPutOff = true;
    this.store(message);
  }

  /** Makes the oldest messages that a receiver has put off visible at once: what they wait for is there. */
  recall(max: number): void {
    const now = this.now();
    const putOff = [...this.messages.values()].filter(({ isPutOff, visibleAt }) => isPutOff && visibleAt > now);
    for (const message of putOff.slice(0, max)) {
      message.visibleAt = now;
      this.store(message);
    }
  }

  /** How many messages are visible, received and not deleted, and delayed. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    const now = this.now();
    for (const message of this.messages.values()) {
      if (message.visibleAt <= now) counts.visible++;
      else if (message.receiveCount > 0) counts.inFlight++;
      else counts.delayed++;
    }
    return counts;
  }

  /** One instant for the whole batch: what was handed out together comes back together. */
  private take(max: number, visibility: number): Message[] {
    const now = this.now();
    const taken: Message[] = [];
    for (const message of [...this.messages.values()]) {
      if (taken.length === max) break;
      if (message.sentAt + this.attributes.retentionPeriod * 1000 <= now) this.drop(message);
      else if (message.visibleAt > now) continue;
      else if (this.redrive && message.receiveCount >= this.redrive.maxReceiveCount) this.bury(message, this.redrive);
      else taken.push(this.hand(message, now, visibility));
    }
    return taken;
  }

  private hand(message: Message, now: number, visibility: number): Message {
    message.receiveCount++;
    message.isPutOff = false;
    message.firstReceivedAt ??= now;
    message.visibleAt = now + visibility * 1000;
    message.receipt = Buffer.from(`${message.id}:${randomBytes(12).toString('hex')}`).toString('base64url');
    this.store(message);
    return structuredClone(message);
  }

  /**
   * Moves a message to the dead-letter queue, with its id and its sending time (for standard queues SQS keeps both).
   */
  private bury(message: Message, { deadLetterQueue }: Redrive): void {
    const { receipt: _receipt, firstReceivedAt: _first, ...kept } = message;
    const sequence = ++deadLetterQueue.sequence;
    deadLetterQueue.store({ ...kept, sequence, receiveCount: 0, visibleAt: this.now(), deadLetterSource: this.arn });
    this.drop(message);
  }

  private store(message: Message): Message {
    this.messages.set(message.id, message);
    this.arrivals.emit('change');
    return message;
  }

  private drop(message: Message): void {
    this.messages.delete(message.id);
  }

  private byReceipt(receipt: string): Message | undefined {
    const [id, nonce] = Buffer.from(receipt, 'base64url').toString().split(':');
    if (!id || !/^[0-9a-f]{24}$/.test(nonce ?? '')) {
      throw new ServiceError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receipt}" is not a valid receipt handle.`,
      );
    }
    return this.messages.get(id);
  }

  /** Resolves when a message came or changed, one becomes visible, or the time is over. */
  private async somethingToSee(left: number, signal: AbortSignal | undefined): Promise<void> {
    const next = Math.min(...[...this.messages.values()].map((message) => message.visibleAt - this.now()));
    const timer = AbortSignal.timeout(Math.max(1, Math.ceil(Math.min(left, next))));
    const stop = signal ? AbortSignal.any([timer, signal]) : timer;
    await once(this.arrivals, 'change', { signal: stop }).catch(() => undefined);
  }
}
