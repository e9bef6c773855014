import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Queues } from '../../sqs/queues';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'queue-test-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('what was received together becomes visible together, however long each message took to hand out', async () => {
  let time = 1_000_000;
  const queue = new Queues({
    directory,
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
