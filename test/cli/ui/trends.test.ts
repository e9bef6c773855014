import { periodsBetween } from '../../../cli/ui/periods';
import { trendsOf } from '../../../cli/ui/trends';
import type { IndexedJob } from '../../../contract/job-index';
import { pastJob } from './history';

const job = (submitted: string, more: Partial<IndexedJob> = {}): IndexedJob => ({
  ...pastJob(0),
  submitted: `${submitted}T06:00:00.000Z`,
  started: `${submitted}T06:00:20.000Z`,
  ended: `${submitted}T06:01:20.000Z`,
  ...more,
});

test.each([
  ['day', '2026-11-01', '2026-11-04', ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04']],
  ['day', '2026-11-04', '2026-11-04', ['2026-11-04']],
  ['month', '2025-12-31', '2026-12-01', 13],
  ['week', '2026-09-01', '2026-11-04', 10],
])('%s by %s from %s', (unit, first, last, names) => {
  const periods = periodsBetween(`${first}T23:00:00.000Z`, `${last}T01:00:00.000Z`);
  expect(periods.unit).toBe(unit);
  if (typeof names === 'number') expect(periods.names).toHaveLength(names);
  else expect(periods.names).toEqual(names);
});

test('a week has the name of its Monday', () => {
  const { of } = periodsBetween('2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z');
  expect(['2026-11-22', '2026-11-23', '2026-11-29'].map((day) => of(`${day}T12:00:00.000Z`))).toEqual([
    '2026-11-16',
    '2026-11-23',
    '2026-11-23',
  ]);
});

test('jobs, failures and the median of the seconds, by day and version', () => {
  const trends = trendsOf([
    job('2026-11-03', { template_version: '10', state: 'FAILED', reason: 'APP_FAILED' }),
    job('2026-11-03', { template_version: '9', state: 'FAILED', reason: 'CANCELLED' }),
    job('2026-11-03', { template_version: '9', ended: '2026-11-03T06:10:20.000Z' }),
    job('2026-11-03', { template_version: '9', ended: '2026-11-03T06:05:20.000Z' }),
    job('2026-11-01', { template_version: null, started: null }),
  ]);
  expect(trends.versions).toEqual(['', '9', '10']);
  expect(trends.periods).toEqual([
    { period: '2026-11-01', versions: [{ version: '', jobs: 1, failed: 0, seconds: null }] },
    { period: '2026-11-02', versions: [] },
    {
      period: '2026-11-03',
      versions: [
        { version: '9', jobs: 3, failed: 0, seconds: 300 },
        { version: '10', jobs: 1, failed: 1, seconds: 60 },
      ],
    },
  ]);
});

test('cost by month, with those in which there was none', () => {
  const { months } = trendsOf([
    job('2026-09-30', { cost_estimate_usd: 0.5 }),
    job('2026-11-01', { cost_estimate_usd: 0.25 }),
    job('2026-11-30', { cost_estimate_usd: null }),
  ]);
  expect(months).toEqual([
    { month: '2026-09', jobs: 1, usd: 0.5 },
    { month: '2026-10', jobs: 0, usd: 0 },
    { month: '2026-11', jobs: 2, usd: 0.25 },
  ]);
});

test('without jobs there is nothing', () => {
  expect(trendsOf([])).toEqual({ unit: 'day', periods: [], months: [], versions: [] });
});
