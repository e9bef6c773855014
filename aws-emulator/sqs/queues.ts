import { ServiceError } from '../protocol/error';
import { DEFAULT_ATTRIBUTES, Queue, type QueueAttributes } from './queue';

/** A queue to make: its name, what differs from the defaults, and the dead-letter queue named before it. */
export interface QueueConfig {
  name: string;
  attributes?: Partial<QueueAttributes>;
  redrive?: { deadLetterQueue: string; maxReceiveCount: number };
}

/** The queues of one account in one Region. */
export interface QueuesOptions {
  /** A dead-letter queue comes before the queues that use it. */
  queues: QueueConfig[];
  /** For ARNs; `us-east-1` when absent. */
  region?: string;
  /** For ARNs and URLs: twelve digits, zeros when absent. */
  accountId?: string;
  /** The clock, in milliseconds since 1970; the machine's when absent. */
  now?: () => number;
}

/** The queues of one machine, by name, URL or ARN. Dead-letter queues must come before the queues that use them. */
export class Queues {
  readonly accountId: string;
  private readonly queues = new Map<string, Queue>();

  constructor({ queues, region = 'us-east-1', accountId = '000000000000', now }: QueuesOptions) {
    this.accountId = accountId;
    for (const { name, attributes, redrive } of queues) {
      const target = redrive && {
        deadLetterQueue: this.named(redrive.deadLetterQueue),
        maxReceiveCount: redrive.maxReceiveCount,
      };
      const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
      this.queues.set(name, new Queue(name, arn, { ...DEFAULT_ATTRIBUTES, ...attributes }, target, now));
    }
  }

  /** Throws SQS's QueueDoesNotExist. */
  named(name: string): Queue {
    const queue = this.queues.get(name);
    if (queue) return queue;
    throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  /** Those whose names begin so, in the order of creation. */
  list(prefix: string): Queue[] {
    return [...this.queues.values()].filter(({ name }) => name.startsWith(prefix));
  }

  /** The queue of a URL; only the path counts, because the machine's port changes. */
  at(url: string): Queue {
    const [account, name] = new URL(url, 'http://127.0.0.1').pathname.split('/').slice(-2);
    return this.named(account === this.accountId ? (name ?? '') : '');
  }

  urlOf(queue: Queue, endpoint: string): string {
    return `${endpoint}/${this.accountId}/${queue.name}`;
  }
}
