import { cronExpression, nextTime } from '../../contract/cron';
import { parseInputKey } from '../../contract/keys';
import { scheduledKey } from '../../contract/scheduled-job';
import { checkSettings, type SettingsError } from '../../contract/settings-load';

const GOOD = { name: 'daily', cron: 'cron(0 3 * * ? *)', input: 'app_runner/scheduled/daily.zip' };

/** What is said of schedules, as `path: what is allowed`. */
function problemsOf(schedules: unknown): string[] {
  try {
    checkSettings({ app_url: 'https://example.com/app.git', schedules });
    return [];
  } catch (error) {
    return (error as SettingsError).problems.map(({ path, allowed }) => `${path}: ${allowed}`);
  }
}

test.each([
  ['cron(0 3 * * ? *)', 'cron(0 3 * * ? *)'],
  ['0 3 ? * mon-fri *', 'cron(0 3 ? * MON-FRI *)'],
  ['cron(0/15 8-17 15W JAN,MAR ? 2027-2030)', 'cron(0/15 8-17 15W JAN,MAR ? 2027-2030)'],
  ['cron(*/5 * L * ? *)', 'cron(*/5 * L * ? *)'],
  ['cron(30 12 ? * 6L *)', 'cron(30 12 ? * 6L *)'],
  ['cron(30 12 ? * FRI#2 *)', 'cron(30 12 ? * FRI#2 *)'],
  ['  CRON(0  3 * * ? *)  ', 'cron(0 3 * * ? *)'],
  [' cron( 0 3 * * ? * ) ', 'cron(0 3 * * ? *)'],
])('%s is a cron expression of EventBridge', (cron, expression) => {
  expect(problemsOf([{ ...GOOD, cron }])).toEqual([]);
  expect(cronExpression(cron)).toBe(expression);
});

test.each([
  ['0 3 * * *', /it has 5 fields: use six \(minutes, hours, day of the month, month, day of the week, year\)/],
  ['cron(0 3 * * * *)', /use \? for either the day of the month or the day of the week/],
  ['cron(0 3 ? * ? *)', /use \? for either/],
  ['cron(61 3 * * ? *)', /no such time \(Invalid value for minute: 61\)/],
  ['cron(0 24 * * ? *)', /no such time/],
  ['cron(0 3 32 * ? *)', /no such time/],
  ['cron(0 3 * 13 ? *)', /no such time/],
  ['cron(0 3 ? * 0 *)', /no such day of the week/],
  ['cron(0 3 ? * 8 *)', /no such day of the week/],
  ['cron(0 3 * * ? 1969)', /no such year/],
  ['cron(0 3 * * ? 2200)', /no such year/],
  ['cron(0 3 31 2 ? *)', /no such time comes any more/],
  ['cron(0 3 * * ? 2020)', /no such time comes any more/],
  ['cron(@daily)', /1 fields/],
  ['rate(1 day)', /a rate begins with each deploy/],
  ['  Rate(1 day)', /a rate begins with each deploy/],
  ['berate(1 day)', /it has 2 fields/],
  ['x cron(0 3 * * ? *)', /it has 7 fields/],
  ['cron(0 3 * * ? *) x', /it has 7 fields/],
  ['xcron(0 3 * * ? *)', /no such minutes/],
  ['cron(0 3 * * ? *)x', /no such minutes/],
  ['at(2027-01-01T00:00:00)', /1 fields/],
  [3, /it has 0 fields|use text/],
])('%j is none', (cron, message) => {
  const [problem = '', ...more] = problemsOf([{ ...GOOD, cron }]);
  expect(more).toEqual([]);
  expect(problem).toMatch(/^schedules\.0\.cron: /);
  expect(problem).toMatch(message);
});

test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
  '%s is a time zone',
  (time_zone) => {
    expect(problemsOf([{ ...GOOD, time_zone }])).toEqual([]);
  },
);

test.each([
  ['europe/berlin', 'write it Europe/Berlin'],
  ['Europe/Berlyn', expect.stringContaining('use a name of the time zone database')],
  ['+01:00', expect.stringContaining('use a name')],
  ['CEST', expect.stringContaining('use a name')],
  ['EST5EDT', expect.stringContaining('use a name')],
  ['Mars/Olympus_Mons', expect.stringContaining('use a name')],
  ['', expect.stringContaining('use a name')],
])('%j is no time zone', (time_zone, allowed) => {
  const [problem = ''] = problemsOf([{ ...GOOD, time_zone }]);
  expect(problem.replace('schedules.0.time_zone: ', '')).toEqual(allowed);
});

test.each(['app_runner/scheduled/daily.zip', 'daily.zip', 'a/b-c_d.1/x'])('%s can be an input', (input) => {
  expect(problemsOf([{ ...GOOD, input }])).toEqual([]);
});

test.each([
  'app_runner/input/daily.zip',
  '',
  'a b.zip',
  'a//b.zip',
  '../x.zip',
  '/x.zip',
  'x/',
  's3://other/x.zip',
  'ä.zip',
  `${'x'.repeat(1025)}`,
])('%j cannot be an input', (input) => {
  expect(problemsOf([{ ...GOOD, input }])).toEqual([
    expect.stringMatching(/^schedules\.0\.input: .*use a key of the job bucket/),
  ]);
});

test('every problem of every schedule comes at once', () => {
  expect(problemsOf([{ ...GOOD, name: 'every day' }, { name: 'x' }, { ...GOOD, zone: 'UTC' }, 'daily'])).toEqual([
    expect.stringMatching(/^schedules\.0\.name: use 1 to 64 letters/),
    expect.stringMatching(/^schedules\.1\.cron: it has 0 fields/),
    expect.stringMatching(/^schedules\.1\.input: use a key/),
    expect.stringMatching(/^schedules\.2: use .* and nothing else/),
    expect.stringMatching(/^schedules\.3: use \{name, cron, time_zone, input\}/),
  ]);
});

test('two schedules of one name would be one folder of jobs', () => {
  expect(problemsOf([GOOD, { ...GOOD, name: 'weekly' }])).toEqual([]);
  expect(problemsOf([GOOD, { ...GOOD, name: 'Daily' }])).toEqual(['schedules.1: give each schedule a name of its own']);
});

test('a run of a schedule is a job whose id has its time', () => {
  const key = scheduledKey('daily', '2026-11-27T02:00:00Z');
  expect(key).toBe('app_runner/input/daily/2026-11-27T02:00:00Z.zip');
  expect(parseInputKey(key)).toEqual({ ok: true, job: { jobId: 'daily/2026-11-27T02:00:00Z' } });
});

test('times are those of the time zone; one that daylight saving leaves out is left out, one that comes twice comes once', () => {
  const next = (cron: string, after: string, zone = 'Europe/Berlin') =>
    nextTime(cron, zone, new Date(after))?.toISOString();
  expect(next('cron(0 3 * * ? *)', '2026-11-26T12:00:00Z')).toBe('2026-11-27T02:00:00.000Z');
  expect(next('cron(0 3 * * ? *)', '2026-07-26T12:00:00Z')).toBe('2026-07-27T01:00:00.000Z');
  // 1 is Sunday.
  expect(next('cron(0 3 ? * 1 *)', '2026-11-26T12:00:00Z', 'UTC')).toBe('2026-11-29T03:00:00.000Z');
  expect(next('cron(0 3 ? * 2,7 *)', '2026-11-26T12:00:00Z', 'UTC')).toBe('2026-11-28T03:00:00.000Z');
  expect(next('cron(0 3 ? * 2-3 *)', '2026-11-26T12:00:00Z', 'UTC')).toBe('2026-11-30T03:00:00.000Z');
  expect(next('cron(0 3 ? * 6#2 *)', '2026-11-26T12:00:00Z', 'UTC')).toBe('2026-12-11T03:00:00.000Z');
  expect(next('cron(0 3 ? * L *)', '2026-11-26T12:00:00Z', 'UTC')).toBe('2026-11-28T03:00:00.000Z');
  expect(next('cron(30 2 * * ? *)', '2026-03-28T12:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
  expect(next('cron(30 2 * * ? *)', '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
});
