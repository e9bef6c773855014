import { availableParallelism } from 'node:os';
import type { Status } from '../../contract/status';
import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';
import { mostAtOnce } from './most-at-once';

const machine = useLocalMachine();
const ROOM = Math.max(2, availableParallelism());

test('more uploads than there is room for wait, say why, and run as soon as there is room', async () => {
  const job = new LocalJob(machine());
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('done')` });
  await job.configure();
  const most = mostAtOnce(machine(), ['terminated']);
  const ids = Array.from({ length: 2 * ROOM + 2 }, (_, i) => `many/${i}`);
  const waited: Status[] = [];
  const outcomes = ids.map(async (id) => {
    const version = await job.upload(id);
    await job.waitFor(id, version, (status) => {
      if (status.state === 'WAITING') waited.push(status);
      return status.state === 'SUCCEEDED' || status.state === 'FAILED';
    });
    return (await job.result(id, version)).status.state;
  });
  expect(await Promise.all(outcomes)).toEqual(ids.map(() => 'SUCCEEDED'));
  expect(most()).toBe(ROOM);
  expect(waited.length).toBeGreaterThan(0);
  for (const { reason, message } of waited) {
    expect(reason).toBe('NO_CAPACITY');
    expect(message).toContain(`this machine runs ${ROOM} instances at one time`);
  }
  await job.close();
});
