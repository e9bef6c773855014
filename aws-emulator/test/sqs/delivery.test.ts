import type { SQSEvent } from 'aws-lambda';
import { type PollOptions, pollQueue } from '../../sqs/delivery';
import type { Queue } from '../../sqs/queue';
import { startWorld, type World } from './fixture';

let world: World;
let queue: Queue;
beforeEach(async () => {
  world = await startWorld([
    { name: 'dead' },
    { name: 'jobs', attributes: { visibilityTimeout: 1 }, redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } },
  ]);
  queue = world.queues.named('jobs');
});
afterEach(() => world.close());

const empty = () => queue.counts().visible + queue.counts().inFlight === 0;

/** Polls with this handler until something holds; returns the events the handler got. */
async function pollUntil(
  done: () => boolean,
  handler: (event: SQSEvent) => unknown,
  options: Partial<PollOptions> = {},
): Promise<SQSEvent[]> {
  const events: SQSEvent[] = [];
  const poller = pollQueue({
    queue,
    handler: async (event) => {
      events.push(structuredClone(event));
      return handler(event);
    },
    ...options,
  });
  for (const end = Date.now() + 240_000; !done(); ) {
    if (Date.now() > end) throw new Error('it did not happen within four minutes');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await poller.stop();
  return events;
}

test('a function gets a batch as Lambda hands it over, and what it handled is deleted', async () => {
  const sent = queue.send('hello');
  const [event] = await pollUntil(empty, () => undefined);
  expect(event?.Records[0]).toEqual({
    messageId: sent.id,
    receiptHandle: expect.any(String),
    body: 'hello',
    attributes: {
      SenderId: 'local',
      SentTimestamp: String(sent.sentAt),
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    },
    messageAttributes: {},
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: 'us-east-1',
  });
});

test('only what a partial batch response names comes back', async () => {
  const [good, bad] = [queue.send('good'), queue.send('bad')];
  let first = true;
  const events = await pollUntil(empty, () => {
    const failures = first ? [{ itemIdentifier: bad.id }] : [];
    first = false;
    return { batchItemFailures: failures };
  });
  expect(events.map(({ Records }) => Records.map(({ messageId }) => messageId))).toEqual([[good.id, bad.id], [bad.id]]);
  expect(events[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
});

test.each([
  ['throws', () => Promise.reject(new Error('crash'))],
  ['names a message it was not given', () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
  ['names an empty item', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ['names no item', () => ({ batchItemFailures: [{}] })],
  ['answers no list', () => ({ batchItemFailures: 'all' })],
])('a function that %s fails the whole batch, which ends in the dead-letter queue', async (_what, answer) => {
  queue.send('a');
  queue.send('b');
  const errors: unknown[] = [];
  const dead = world.queues.named('dead');
  const events = await pollUntil(() => dead.counts().visible === 2, answer, { onError: (error) => errors.push(error) });
  expect(events.map(({ Records }) => Records.length)).toEqual([2, 2]);
  expect(errors).toHaveLength(2);
});

test.each([[undefined], [null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
  'the answer %j means that all went well',
  async (answer) => {
    queue.send('a');
    expect(await pollUntil(empty, () => answer)).toHaveLength(1);
  },
);

test('never more than the given number of invocations run at once, nor more messages in one', async () => {
  for (let index = 0; index < 9; index++) queue.send(`${index}`, {});
  let running = 0;
  let most = 0;
  const handler = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 30));
    running--;
  };
  const events = await pollUntil(empty, handler, { batchSize: 2, maxConcurrency: 2 });
  expect(most).toBe(2);
  expect(Math.max(...events.map(({ Records }) => Records.length))).toBe(2);
});

test('stopping waits for the invocation under way and takes no further message', async () => {
  queue.send('a');
  let finished = false;
  const poller = pollQueue({
    queue,
    handler: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      finished = true;
    },
  });
  while (queue.counts().inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await poller.stop();
  expect(finished).toBe(true);
  queue.send('b');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(queue.counts().visible).toBe(1);
});
