import { REASON_TABLE, REASONS } from '../../contract/reasons';
import {
  compareStatus,
  formatStatus,
  isFinal,
  parseStatus,
  runOf,
  runSeconds,
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

const run = { bucket: 'b', key: 'app_runner/input/may.zip', versionId: 'v1', sequencer: '0A', attempt: 2 };
const NOW = Date.UTC(2026, 10, 26, 6);

test('what a function writes of a run is all that the run tells, and no exit code', () => {
  const fields = { state: 'WAITING', reason: 'NO_CAPACITY', message: 'It waits.' } as const;
  expect(statusOfRun({ ...run, submitted: '2026-11-26T05:00:00Z' }, 'may', fields, NOW)).toEqual({
    job_id: 'may',
    ...fields,
    exit_code: null,
    attempt: 2,
    phases: [],
    input_key: 'app_runner/input/may.zip',
    input_version: 'v1',
    input_sequencer: '0A',
    submitted: '2026-11-26T05:00:00Z',
    updated: '2026-11-26T06:00:00.000Z',
  });
});

test('what is not known of a run is null, and what an earlier status told is kept', () => {
  const bare = { ...run, versionId: '', sequencer: '' };
  const phases = [{ name: 'boot', start: '2026-11-26T06:00:00Z', seconds: null }];
  const fields = { state: 'FAILED', reason: 'LOST', message: 'It is gone.' } as const;
  expect(statusOfRun(bare, 'may', fields, NOW)).toMatchObject({
    input_version: null,
    input_sequencer: null,
    submitted: null,
  });
  const kept = { ...fields, phases, submitted: '2026-11-25T00:00:00Z' };
  expect(statusOfRun(bare, 'may', kept, NOW)).toMatchObject({ phases, submitted: '2026-11-25T00:00:00Z' });
  expect(statusOfRun({ ...bare, submitted: '2026-11-26T00:00:00Z' }, 'may', kept, NOW).submitted).toBe(
    '2026-11-26T00:00:00Z',
  );
});

test('a status says which run it is about', () => {
  const fields = { state: 'FAILED', reason: 'LOST', message: '' } as const;
  expect(runOf('b', statusOfRun(run, 'may', fields, NOW))).toEqual({ ...run, submitted: undefined });
  // Of a record that a person has written by hand.
  expect(runOf('b', status)).toEqual({
    bucket: 'b',
    key: 'app_runner/input/may.zip',
    versionId: '',
    sequencer: '',
    attempt: 1,
    submitted: undefined,
  });
  expect(runOf('b', { ...status, submitted: '2026-11-26T05:00:00Z' }).submitted).toBe('2026-11-26T05:00:00Z');
});

test('a status is stored as two-space indented JSON with a line break at its end', () => {
  expect(formatStatus({ ...status, exit_code: 3 })).toBe(`${JSON.stringify({ ...status, exit_code: 3 }, null, 2)}\n`);
});

test('cancelled is what failed for that reason, and holds for every attempt at the upload alone', () => {
  const cancelled = { ...status, reason: 'CANCELLED', input_sequencer: '0A' } as const;
  expect(compareStatus(cancelled, { sequencer: '0A', attempt: 9 })).toBe(0);
  expect(compareStatus(cancelled, { sequencer: '0B', attempt: 1 })).toBeLessThan(0);
  expect(compareStatus({ ...cancelled, reason: 'LOST' }, { sequencer: '0A', attempt: 9 })).toBeLessThan(0);
  expect(compareStatus({ ...cancelled, state: 'RUNNING' }, { sequencer: '0A', attempt: 9 })).toBeLessThan(0);
});

test('a run lasts from the start of its first phase to the end of its last', () => {
  const phase = (start: string, seconds: number | null) => ({
    name: 'p',
    start: `2026-11-26T06:00:${start}Z`,
    seconds,
  });
  const of = (phases: Status['phases'], more: Partial<Status> = {}) =>
    runSeconds({ ...status, instance_id: 'i-1', phases, ...more });
  expect(of([phase('00', 5)])).toBe(5);
  expect(of([phase('10', 30), phase('00', 5), phase('12', 1)])).toBe(40);
  expect(of([phase('00', 5), phase('20', null)], { ended: '2026-11-26T06:00:50Z' })).toBe(50);
  // The phase in which it was lost.
  expect(of([phase('00', 5), phase('20', null)])).toBe(20);
  expect(of([phase('20', null)], { ended: '2026-11-26T06:00:10Z' })).toBe(0);
});

test('without an instance, phases or times nobody knows how long a run lasted', () => {
  const phases = [{ name: 'boot', start: '2026-11-26T06:00:00Z', seconds: 5 }];
  expect(runSeconds({ ...status, phases })).toBeUndefined();
  expect(runSeconds({ ...status, phases, instance_id: '' })).toBeUndefined();
  for (const none of [undefined, null, []]) {
    expect(runSeconds({ ...status, instance_id: 'i-1', phases: none })).toBeUndefined();
  }
  expect(
    runSeconds({ ...status, instance_id: 'i-1', phases: [{ ...phases[0], name: 'x', start: 'soon', seconds: 1 }] }),
  ).toBeUndefined();
});

test.each([
  ['a number for a text', { message: 7 }],
  ['no job id', { job_id: undefined }],
  ['an exit code in words', { exit_code: '3' }],
  ['a phase without a start', { phases: [{ name: 'boot', seconds: 1 }] }],
  ['a phase whose seconds are missing', { phases: [{ name: 'boot', start: 'x' }] }],
  ['packages that are no texts', { packages: [1] }],
  ['half an attempt', { attempt: 1.5 }],
  ['a usage in words', { usage: { cpu_seconds: 'long' } }],
])('a status with %s is none', (_what, fields) => {
  expect(parseStatus(JSON.stringify({ ...status, ...fields }))).toBeUndefined();
});

test('the last attempt that there can be is 99', () => {
  expect(parseStatus(JSON.stringify({ ...status, attempt: 99 }))?.attempt).toBe(99);
});
