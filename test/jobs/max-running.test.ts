import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';

const machine = useLocalMachine({ max_running: 1 });

test('with max_running: 1 jobs run one after the other, and the one that waits says why', async () => {
  const job = new LocalJob(machine());
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('done')` });
  await job.configure();
  let most = 0;
  const there = new Set<string>();
  machine().services.events.on('instance', ({ detail }) => {
    // One that shuts down is no longer counted, as EC2 no longer bills it.
    if (detail.state === 'shutting-down' || detail.state === 'terminated') there.delete(detail['instance-id']);
    else there.add(detail['instance-id']);
    most = Math.max(most, there.size);
  });
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
  expect(most).toBe(1);
  expect(messages).toContainEqual(expect.stringContaining('As many instances run as max_running allows (1)'));
  await job.close();
});
