import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type JobList, listJobs } from '../../cli/jobs/job-list';
import { INDEX_PREFIX } from '../../contract/job-index';
import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

/** Lists the jobs until they are such. */
async function listUntil(holds: (list: JobList) => boolean): Promise<JobList> {
  for (;;) {
    const list = await listJobs(machine(), { limit: 10 });
    if (holds(list)) return list;
    await pause(50);
  }
}

test('the index follows a job from its beginning to its end, and has one entry of it then', async () => {
  const go = path.join(job.dir, 'go');
  const wait = `import os, time\nwhile not os.path.exists(${JSON.stringify(go)}): time.sleep(0.05)`;
  const commit = job.commit({ 'main.py': `${WRITE_OUTPUT}\n${wait}\nwrite_output('done')` });
  await job.configure();
  const version = await job.upload('2026/may report');
  const { open, ended } = await listUntil((list) => list.open.some(({ git_commit }) => git_commit === commit));
  expect(open).toMatchObject([{ job_id: '2026/may report', state: 'RUNNING', attempt: 1, ended: null }]);
  expect(ended).toEqual([]);
  writeFileSync(go, '');
  const { status } = await job.result('2026/may report', version);
  expect(status.state).toBe('SUCCEEDED');
  const list = await listUntil((one) => one.ended.length > 0);
  expect(list).toMatchObject({ open: [], ended: [{ state: 'SUCCEEDED', git_commit: commit }] });
  expect(list.ended.map((one) => [one.submitted, one.ended].map((time) => Date.parse(time ?? '')))).toEqual([
    [status.submitted, status.ended].map((time) => Date.parse(time ?? '')),
  ]);
  await machine().finished();
  const index = await machine().s3.send(new ListObjectsV2Command({ Bucket: machine().bucket, Prefix: INDEX_PREFIX }));
  expect(index.KeyCount).toBe(1);
});
