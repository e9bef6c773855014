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

test('what was put off is called back, the oldest first, and what is being handled stays hidden', async () => {
  const queue = new Queues({ queues: [{ name: 'jobs' }] }).named('jobs');
  for (const body of ['a', 'b', 'handled', 'c']) queue.send(body);
  const messages = await queue.receive({ max: 4 });
  const putOff = messages.filter(({ body }) => body !== 'handled').reverse();
  for (const { receipt } of putOff) queue.changeVisibility(receipt as string, 600);
  queue.recall(0);
  expect(await queue.receive()).toEqual([]);
  queue.recall(2);
  expect((await queue.receive({ max: 10 })).map(({ body }) => body)).toEqual(['a', 'b']);
  queue.recall(10);
  expect((await queue.receive({ max: 10 })).map(({ body }) => body)).toEqual(['c']);
});
