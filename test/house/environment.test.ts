import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

test('a worker ends when the jest that started it is gone, however that ended', async () => {
  const worker = fork(path.join(__dirname, '../environment.js'));
  const exited = once(worker, 'exit');
  worker.disconnect();
  expect(await exited).toEqual([1, null]);
});
