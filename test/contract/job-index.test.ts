import {
  endedBefore,
  type IndexedJob,
  indexedJob,
  indexedJobOf,
  indexKey,
  isAwaited,
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

test('an id that fits is whole, and one that does not is cut between two characters, wherever that is', () => {
  const facts = Buffer.byteLength(indexKey({ ...JOB, job_id: '' }));
  const ids = ['x\ufffd', `${'x'.repeat(1024 - facts - 3)}\ufffd`];
  expect(ids.map((job_id) => indexedJob(indexKey({ ...JOB, job_id }))?.job_id)).toEqual(ids);
  for (let before = 0; before < 4; before++) {
    const job_id = `${'x'.repeat(before)}\ufffd${'\u{1f600}'.repeat(300)}`;
    expect(indexedJob(indexKey({ ...JOB, job_id }))?.job_id).toMatch(/^x*\ufffd(\u{1f600}){200,}$/u);
  }
});

test('an id too long for a key is told by its beginning', () => {
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
  expect(isEntryOf('app_runner/index/x', 'x')).toBe(false);
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

test('an entry of a job that waits is awaited until a message could not be in the queue any more', () => {
  const noted = Date.parse(JOB.submitted);
  const days = (count: number) => noted + count * 86_400_000;
  const waiting = indexKey({ ...OPEN, state: 'WAITING', started: null });
  expect([0, 1, 14].map((count) => isAwaited(waiting, undefined, days(count)))).toEqual([true, true, true]);
  expect(isAwaited(waiting, undefined, days(14) + 1)).toBe(false);
  for (const other of [indexKey(OPEN), indexKey(JOB), 'app_runner/index/x']) {
    expect(isAwaited(other, undefined, noted)).toBe(false);
  }
});

test('an entry is awaited beside the record of an earlier upload alone', () => {
  const now = Date.parse(JOB.submitted);
  const waiting = indexKey({ ...OPEN, state: 'WAITING', started: null });
  const ended = (time: string) => isAwaited(waiting, { ...JOB, submitted: '2026-11-25T00:00:00Z', ended: time }, now);
  expect(['2026-11-26T05:59:59.999Z', '2026-11-26T06:00:00.000Z', '2026-11-26T06:00:01.000Z'].map(ended)).toEqual([
    true,
    false,
    false,
  ]);
  expect(isAwaited(waiting, { ...OPEN, submitted: '2026-11-26T05:00:00Z' }, now)).toBe(true);
  expect(isAwaited(waiting, OPEN, now)).toBe(false);
});

test('an entry is a key of plain facts, a dash for what is not known', () => {
  expect(indexKey(JOB)).toBe(
    'app_runner/index/ended/8204327199999/FAILED,REQUIREMENTS_FAILED,2,1795672800000,1795672820125,1795672903000,1234,0123456789abcdef0123456789abcdef01234567,12/2026/may report, a=b',
  );
  const { started, ...rest } = OPEN;
  const bare = { ...rest, started: null, cost_estimate_usd: null, git_commit: 'main', template_version: '1234567890' };
  expect(indexKey(bare).replace(/open\/[0-9a-f]{16}/, 'open')).toBe(
    'app_runner/index/open/RUNNING,-,2,1795672800000,-,-,-,-,-/2026/may report, a=b',
  );
});

test.each(['0123456', 'a'.repeat(64)])('%s is a commit', (git_commit) => {
  expect(indexedJob(indexKey({ ...JOB, git_commit }))?.git_commit).toBe(git_commit);
});

test.each(['012345', 'a'.repeat(65), 'x0123456', '0123456x'])('%s is no commit', (git_commit) => {
  expect(indexedJob(indexKey({ ...JOB, git_commit }))?.git_commit).toBeNull();
});

test('times of a wrong clock stay within 13 digits', () => {
  const of = (submitted: string) => indexedJob(indexKey({ ...JOB, submitted }))?.submitted;
  expect(of('1960-01-01T00:00:00Z')).toBe('1970-01-01T00:00:00.000Z');
  expect(of('+200000-01-01T00:00:00Z')).toBe('2286-11-20T17:46:39.999Z');
  expect(indexKey({ ...JOB, started: 'soon' })).toContain(',1795672800000,-,1795672903000,');
  expect(endedBefore(9_999_999_999_990)).toMatch(/\/0000000000009$/);
});

test.each([
  ['a time of 14 digits', (key: string) => key.replace('1795672800000', '17956728000000')],
  ['no time', (key: string) => key.replace('1795672800000', '-')],
  ['a fact too few', (key: string) => key.replace(',12/', '/')],
  ['no id', (key: string) => key.slice(0, key.indexOf('/2026') + 1)],
  ['another beginning', (key: string) => `x${key}`],
])('a key with %s is no entry', (_what, change) => {
  expect(indexedJob(change(indexKey(JOB)))).toBeUndefined();
});

test('what a status does not tell is null in the index, and its end is that of its record', () => {
  const status: Status = { job_id: 'a', state: 'RUNNING', message: '', attempt: 1 };
  const unknown = { reason: null, started: null, ended: null, cost_estimate_usd: null, git_commit: null };
  const times = { submitted: '1970-01-01T00:00:00.000Z', template_version: null };
  expect(indexedJobOf(status)).toEqual({ job_id: 'a', state: 'RUNNING', attempt: 1, ...unknown, ...times });
  const [first, second, third] = ['2026-11-26T06:00:00Z', '2026-11-26T06:01:00Z', '2026-11-26T06:02:00Z'];
  const told = { ...status, submitted: first, started: second, ended: third, updated: '2026-11-26T06:03:00Z' };
  expect(indexedJobOf(told)).toMatchObject({ submitted: first, started: second, ended: third });
  expect(indexedJobOf({ ...told, submitted: null }).submitted).toBe(second);
  expect(indexedJobOf({ ...told, submitted: null, started: null }).submitted).toBe(third);
  expect(indexedJobOf({ ...told, ended: null }).ended).toBeNull();
  expect(indexedJobOf({ ...status, state: 'SUCCEEDED' }).ended).toBeNull();
});

test('the end of a longest key may be cut, of a shorter one it may not', () => {
  const id = 'x'.repeat(2000);
  const longest = indexKey({ ...JOB, job_id: id });
  expect(Buffer.byteLength(longest)).toBe(1024);
  expect(isEntryOf(longest, id)).toBe(true);
  const shorter = (bytes: number) => longest.slice(0, -bytes);
  // A character of four bytes may be what was cut.
  expect([1, 2, 3, 4].map((bytes) => isEntryOf(shorter(bytes), id))).toEqual([true, true, true, false]);
});
