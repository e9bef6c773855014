import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

test('a worker ends when the jest that started it is gone, however that ended', async () => {
  const args = ['--require', path.join(__dirname, '../environment.js'), '--eval', 'setInterval(() => {}, 1000)'];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(worker, 'exit');
  worker.disconnect();
  expect(await exited).toEqual([1, null]);
});
