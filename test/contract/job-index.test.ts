import {
  endedBefore,
  type IndexedJob,
  indexedJob,
  indexedJobOf,
  indexKey,
  isEntryOf,
  OPEN_PREFIX,
} from '../../contract/job-index';
import type { Status } from '../../contract/status';

const JOB: IndexedJob = {
  job_id: '2026/may report, a=b',
  state: 'FAILED',
  reason: 'REQUIREMENTS_FAILED',
  attempt: 2,
  submitted: '2026-11-26T06:00:00.000Z',
  started: '2026-11-26T06:00:20.125Z',
  ended: '2026-11-26T06:01:43.000Z',
  cost_estimate_usd: 0.001234,
  git_commit: '0123456789abcdef0123456789abcdef01234567',
  template_version: '12',
};
const OPEN = { ...JOB, state: 'RUNNING', reason: null, ended: null } as const;

test('an entry says again what it was made of', () => {
  const unknown = { started: null, ended: null, cost_estimate_usd: null, git_commit: null, template_version: null };
  for (const job of [JOB, OPEN, { ...OPEN, ...unknown }, { ...JOB, reason: null, state: 'SUCCEEDED' } as const]) {
    expect(indexedJob(indexKey(job))).toEqual(job);
  }
});

test('the newest of the jobs that have ended sorts first', () => {
  const times = ['2001-09-10T00:00:00Z', '2026-11-26T06:00:00Z', '2026-11-26T06:00:00.001Z', '2100-01-01T00:00:00Z'];
  const keys = times.map((submitted) => indexKey({ ...JOB, submitted }));
  expect([...keys].sort()).toEqual([...keys].reverse());
  expect(keys[1]?.startsWith(endedBefore(Date.parse(times[1] as string)))).toBe(true);
});

test('all entries of a job under way lie in one place', () => {
  const places = [OPEN, { ...OPEN, attempt: 3, submitted: JOB.ended as string }].map(indexKey);
  expect(new Set(places.map((key) => key.split('/').slice(0, 4).join('/'))).size).toBe(1);
  expect(places[0]).toMatch(new RegExp(`^${OPEN_PREFIX}[0-9a-f]{16}/`));
});

test('an id too long for a key is cut between two characters', () => {
  const key = indexKey({ ...JOB, job_id: `a${'ü'.repeat(490)}` });
  expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
  const { job_id } = indexedJob(key) as IndexedJob;
  expect(job_id).toMatch(/^aü{400,}$/);
  expect([`a${'ü'.repeat(490)}`, `b${'ü'.repeat(490)}`, 'a'].map((id) => isEntryOf(key, id))).toEqual([
    true,
    false,
    false,
  ]);
});

test('an entry is that of its whole id', () => {
  const key = indexKey(JOB);
  expect([JOB.job_id, `${JOB.job_id}c`, '2026/may'].map((id) => isEntryOf(key, id))).toEqual([true, false, false]);
});

test('what is no entry is none', () => {
  const strays = ['app_runner/index/x', indexKey(JOB).replace('FAILED', 'GONE'), indexKey(JOB).replace('REQ', 'X')];
  expect(strays.map(indexedJob)).toEqual([undefined, undefined, undefined]);
});

test('a status without a time of its submission is as old as what else is known', () => {
  const status: Status = { job_id: 'a', state: 'FAILED', message: '', attempt: 1, updated: JOB.submitted };
  expect(indexedJobOf(status)).toMatchObject({ submitted: JOB.submitted, ended: JOB.submitted });
  expect(indexKey(indexedJobOf({ ...status, git_commit: 'main', template_version: 'x' }))).toContain(',-,-,-/a');
});
