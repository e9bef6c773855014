import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';
import { mostAtOnce } from './most-at-once';

const machine = useLocalMachine({ max_running: 1 });

test('with max_running: 1 jobs run one after the other, and the one that waits says why', async () => {
  const job = new LocalJob(machine());
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('done')` });
  await job.configure();
  // One that shuts down is no longer counted, as EC2 no longer bills it.
  const most = mostAtOnce(machine(), ['shutting-down', 'terminated']);
  const messages: string[] = [];
  const states = ['a', 'b', 'c'].map(async (id) => {
    const version = await job.upload(id);
    await job.waitFor(id, version, ({ state, message }) => {
      if (state === 'WAITING') messages.push(message);
      return state === 'SUCCEEDED' || state === 'FAILED';
    });
    return (await job.result(id, version)).status.state;
  });
  expect(await Promise.all(states)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(most()).toBe(1);
  expect(messages).toContainEqual(expect.stringContaining('As many instances run as max_running allows (1)'));
  await job.close();
});
