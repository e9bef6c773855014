import type { Chance } from './caller';
import type { Timer } from './clock';

/** A message as it lies in a queue; times in milliseconds since 1970. */
export interface Message {
  id: string;
  body: string;
  /** The texts of the message's own attributes. */
  attributes: Record<string, string>;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  receipt: string;
  isDeleted: boolean;
  timer?: Timer;
}

interface QueueOptions {
  /** Seconds. */
  visibility: number;
  maxReceiveCount?: number;
  deadLetters?: Queue;
}

/** SQS's longest retention, in milliseconds. */
const RETENTION = 14 * 86_400_000;

/** A standard queue of SQS: at least once, in no order, with a queue behind it for what is received too often. */
export class Queue {
  /** Visible messages, in the order in which they became so. */
  private readonly visible: Message[] = [];
  private count = 0;
  /** Told whenever a message becomes visible. */
  onVisible: () => void = () => undefined;
  /** Told of every message whose retention is over. */
  onExpired: (message: Message) => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly options: QueueOptions,
    private readonly chance: Chance,
  ) {}

  send(
    body: string,
    delaySeconds = 0,
    { sentAt = this.chance.clock.now, attributes = {} }: Partial<Pick<Message, 'sentAt' | 'attributes'>> = {},
  ): void {
    const id = `${this.name}-${++this.count}`;
    const message = { id, body, attributes, sentAt, visibleAt: 0, receiveCount: 0, receipt: '', isDeleted: false };
    this.hide(message, delaySeconds);
  }

  /** One visible message, hidden from now on; undefined when there is none. */
  receive(): Message | undefined {
    const { clock } = this.chance;
    for (let message = this.visible.shift(); message; message = this.visible.shift()) {
      if (message.isDeleted || message.visibleAt > clock.now) continue;
      if (clock.now - message.sentAt > RETENTION) {
        this.inFlight.delete(message.id);
        this.onExpired(message);
        continue;
      }
      const { maxReceiveCount = Number.POSITIVE_INFINITY, deadLetters } = this.options;
      if (message.receiveCount >= maxReceiveCount && deadLetters) {
        this.inFlight.delete(message.id);
        deadLetters.send(message.body, 0, message);
        continue;
      }
      message.receiveCount++;
      message.receipt = `${message.id}/${message.receiveCount}`;
      this.hide(message, this.options.visibility);
      return { ...message };
    }
    return undefined;
  }

  /** Deletes a received message, as far as a standard queue promises it: it may come once more all the same. */
  delete({ id, receipt }: Pick<Message, 'id' | 'receipt'>): void {
    const message = this.inFlight.get(id);
    if (message?.receipt !== receipt || this.chance.faults.happens('message delivered twice')) return;
    message.isDeleted = true;
    if (message.timer) message.timer.isDone = true;
    this.inFlight.delete(id);
  }

  /** Sets when a received message comes back. */
  changeVisibility(receipt: string, seconds: number): void {
    const message = this.inFlight.get(receipt.split('/')[0] as string);
    if (message?.receipt === receipt) this.hide(message, seconds);
  }

  get length(): number {
    return this.inFlight.size;
  }

  /** Every message that is not deleted, by its id. */
  private readonly inFlight = new Map<string, Message>();

  private hide(message: Message, seconds: number): void {
    const { clock } = this.chance;
    this.inFlight.set(message.id, message);
    message.visibleAt = clock.now + seconds * 1000;
    if (message.timer) message.timer.isDone = true;
    message.timer = clock.after(seconds * 1000, () => {
      this.visible.push(message);
      this.onVisible();
    });
  }
}
