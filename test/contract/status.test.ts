import { REASON_TABLE, REASONS } from '../../contract/reasons';
import {
  compareStatus,
  formatStatus,
  isFinal,
  parseStatus,
  STATES,
  type Status,
  statusOfRun,
} from '../../contract/status';

const status: Status = {
  job_id: 'may',
  state: 'FAILED',
  reason: 'TIMED_OUT',
  message: 'The app ran for 1 h.',
  exit_code: null,
  attempt: 1,
};

test('a status survives being stored, with fields this version does not know', () => {
  expect(parseStatus(formatStatus({ ...status, from_the_future: [1] }))).toEqual({ ...status, from_the_future: [1] });
});

test('a writer cannot misspell a field', () => {
  const run = { bucket: 'b', key: 'app_runner/input/may.zip', versionId: '', sequencer: '', attempt: 1 };
  const fields = { state: 'FAILED', reason: 'LOST', message: 'It is gone.' } as const;
  statusOfRun(run, 'may', { ...fields, instance_id: 'i-1' }, 0);
  // @ts-expect-error
  statusOfRun(run, 'may', { ...fields, instance_idd: 'i-1' }, 0);
});

test.each([
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['another JSON', '[]'],
  ['an unknown state', JSON.stringify({ ...status, state: 'DONE' })],
  ['an unknown reason', JSON.stringify({ ...status, reason: 'BAD_LUCK' })],
  ['attempt 0', JSON.stringify({ ...status, attempt: 0 })],
  ['an attempt that would be the last for ever', JSON.stringify({ ...status, attempt: 100 })],
  ['a sequencer that would be the newest for ever', JSON.stringify({ ...status, input_sequencer: 'zz' })],
])('%s is no status', (_what, text) => {
  expect(parseStatus(text)).toBeUndefined();
});

test('every reason is somebody’s fault and has a name that Python can use', () => {
  for (const reason of REASONS) {
    expect(reason).toMatch(/^[A-Z_]+$/);
    expect(['app', 'settings', 'platform', 'user']).toContain(REASON_TABLE[reason].fault);
  }
});

test('only the two last states are final', () => {
  expect(STATES.filter(isFinal)).toEqual(['SUCCEEDED', 'FAILED']);
});

test('a job that succeeded was not cancelled, whatever reason stands beside it', () => {
  const run = { sequencer: '0055AE', attempt: 2 };
  const cancelled = { ...status, reason: 'CANCELLED', input_sequencer: '0055AE' } as const;
  expect(compareStatus(cancelled, run)).toBe(0);
  expect(compareStatus({ ...cancelled, state: 'SUCCEEDED' }, run)).toBeLessThan(0);
});
