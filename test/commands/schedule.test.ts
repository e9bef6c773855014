import { HeadObjectCommand } from '@aws-sdk/client-s3';
import * as listJson from '../../cli/json/schedule-list';
import * as statusJson from '../../cli/json/status';
import * as submitJson from '../../cli/json/submit';
import { makeZip, useJobs } from './jobs-machine';

const INPUT = 'app_runner/scheduled/daily.zip';
const schedules = [{ name: 'daily', cron: 'cron(0 3 * * ? *)', time_zone: 'Europe/Berlin', input: INPUT }];
const { machine, dir, run, json } = useJobs({ schedules });
beforeAll(() => makeZip(dir(), 'daily.zip'));

const ID = /^daily\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

test('a schedule without an input is listed as such, and starts no job', async () => {
  const { stdout } = await run('schedule');
  expect(stdout).toMatch(
    /^NAME +NEXT +TIMES +INPUT\ndaily +\d{4}-\d\d-\d\dT0[12]:00:00Z +cron\(0 3 \* \* \? \*\) Europe\/Berlin +/,
  );
  expect(stdout).toContain('is not there');
  const { code, stdout: nothing, stderr } = await run('schedule', 'run', 'daily');
  expect([code, nothing]).toEqual([5, '']);
  expect(stderr).toContain(`s3://${machine().bucket}/${INPUT}: there is no such object`);
  expect(await run('list', '--json')).toMatchObject({ stdout: expect.stringMatching(/"jobs": \[\]/) });
});

test('a schedule runs now, with the job id that its time would give it, and its input stays for the next run', async () => {
  const { code, stdout } = await run('schedule', 'run', 'daily', '--input', 'daily.zip', '--wait');
  expect(code).toBe(0);
  expect(stdout.trim()).toMatch(ID);
  await machine().s3.send(new HeadObjectCommand({ Bucket: machine().bucket, Key: INPUT }));
  expect((await json(listJson.schema, 'schedule', 'list')).schedules).toMatchObject([
    { name: 'daily', time_zone: 'Europe/Berlin', input: INPUT, input_exists: true },
  ]);
  const again = await json(submitJson.schema, 'schedule', 'run', 'daily');
  expect(again.job_id).toMatch(ID);
  expect(again.input_key).toBe(`app_runner/input/${again.job_id}.zip`);
});

test('status has the next time of each schedule', async () => {
  const { schedules: next } = await json(statusJson.schema, 'status');
  expect(next).toEqual([{ name: 'daily', next: expect.stringMatching(/T0[12]:00:00Z$/) }]);
  expect((await run('status')).stdout).toMatch(/^next +daily \d{4}-/m);
});

test('a schedule that is not there is said with those that are', async () => {
  const { code, stderr } = await run('schedule', 'run', 'dayly');
  expect(code).toBe(5);
  expect(stderr).toContain('the machine of local up has no schedule dayly: did you mean daily?');
});
