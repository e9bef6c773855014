import { Queues } from '../../sqs/queues';

test('what was received together becomes visible together, however long each message took to hand out', async () => {
  let time = 1_000_000;
  const queue = new Queues({
    queues: [{ name: 'jobs', attributes: { visibilityTimeout: 1 } }],
    now: () => time++,
  }).named('jobs');
  queue.send('a');
  queue.send('b');
  expect(await queue.receive({ max: 10 })).toHaveLength(2);
  const seen = new Set<number>();
  for (const end = time + 3_000; time < end; ) seen.add(queue.counts().visible);
  expect([...seen]).toEqual([0, 2]);
});
