import { SQSClient } from '@aws-sdk/client-sqs';
import { startEndpoint } from '../../http/server';
import { type QueueConfig, Queues } from '../../sqs/queues';
import { SqsService } from '../../sqs/service';

export const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };

/** Two queues, the second the dead-letter queue of the first. */
const QUEUES: QueueConfig[] = [
  { name: 'dead' },
  { name: 'jobs', attributes: { visibilityTimeout: 30 }, redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } },
];

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Queues behind the real endpoint, with the SDK's client and a clock that tests move. */
export async function startWorld(queueConfigs = QUEUES) {
  const clock = { ahead: 0 };
  const queues = new Queues({ queues: queueConfigs, now: () => Date.now() + clock.ahead });
  const endpoint = await startEndpoint({
    services: [new SqsService(queues)],
    keys: { secretFor: (id) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined) },
  });
  const sqs = new SQSClient({ region: 'us-east-1', endpoint: endpoint.url, credentials: KEY, maxAttempts: 1 });
  return {
    sqs,
    queues,
    endpoint,
    url: (name: string) => queues.urlOf(queues.named(name), endpoint.url),
    /** Moves the clock of the queues. */
    pass: (seconds: number) => {
      clock.ahead += seconds * 1000;
    },
    async close() {
      sqs.destroy();
      await endpoint.close();
    },
  };
}
