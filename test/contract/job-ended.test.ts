import { jobEnded, jobEndedSchema } from '../../contract/job-ended';
import type { Status } from '../../contract/status';

const STATUS: Status = {
  job_id: '2026/may',
  state: 'FAILED',
  reason: 'TIMED_OUT',
  message: 'The app ran for 1 h.',
  exit_code: 3,
  attempt: 2,
  phases: [{ name: 'boot', start: '2026-11-26T06:00:00Z', seconds: 90 }],
  input_key: 'app_runner/input/template=7/2026/may.zip',
  input_version: 'v1',
  template_version: '7',
  instance_id: 'i-1',
  instance_type: 'm7i.large',
  started: '2026-11-26T06:00:20Z',
  ended: '2026-11-26T06:01:30Z',
  cost_estimate_usd: 0.002,
};
const KEYS = {
  output: 'app_runner/output/2026/may.zip',
  ec2_log: 'app_runner/output/2026/may_ec2.log',
  app_log: 'app_runner/output/2026/may_app.log',
  status: 'app_runner/output/2026/may_status.json',
};

test('the event of an end tells what the status tells, whose fault it is and where everything lies', () => {
  const detail = jobEnded('lambda-ec2', 'jobs', STATUS);
  expect(detail).toEqual({
    stack: 'lambda-ec2',
    bucket: 'jobs',
    job_id: '2026/may',
    state: 'FAILED',
    reason: 'TIMED_OUT',
    fault: 'app',
    message: 'The app ran for 1 h.',
    exit_code: 3,
    seconds: 90,
    cost_estimate_usd: 0.002,
    attempt: 2,
    input_version: 'v1',
    template_version: '7',
    instance_id: 'i-1',
    instance_type: 'm7i.large',
    started: '2026-11-26T06:00:20Z',
    ended: '2026-11-26T06:01:30Z',
    keys: { input: 'app_runner/input/template=7/2026/may.zip', ...KEYS },
  });
  expect(jobEndedSchema.parse(detail)).toEqual(detail);
});

test('what is not known is null, and nobody is at fault when it succeeded', () => {
  const { job_id, attempt } = STATUS;
  const detail = jobEnded('lambda-ec2', 'jobs', { job_id, state: 'SUCCEEDED', message: 'Done.', attempt });
  const names = ['reason', 'fault', 'exit_code', 'seconds', 'cost_estimate_usd', 'input_version', 'template_version'];
  const more = ['instance_id', 'instance_type', 'started', 'ended'];
  expect(detail).toEqual({
    ...Object.fromEntries([...names, ...more].map((name) => [name, null])),
    stack: 'lambda-ec2',
    bucket: 'jobs',
    job_id,
    state: 'SUCCEEDED',
    message: 'Done.',
    attempt,
    keys: { input: null, ...KEYS },
  });
  expect(jobEndedSchema.parse(detail)).toEqual(detail);
});

test('of a job that has not ended there is no event', () => {
  for (const state of ['WAITING', 'RUNNING'] as const) {
    expect(jobEnded('lambda-ec2', 'jobs', { ...STATUS, state })).toBeUndefined();
  }
});
