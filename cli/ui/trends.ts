import type { IndexedJob } from '../../contract/job-index';
import { monthOf, type Periods, periodsBetween } from './periods';

/** What the jobs of one template version did in one period. */
export interface VersionTrend {
  /** As in the status; empty where none is known. */
  version: string;
  jobs: number;
  failed: number;
  /** Median of the seconds from the runner's begin to the end; null when none has begun. */
  seconds: number | null;
}

export interface PeriodTrend {
  period: string;
  /** By version number. */
  versions: VersionTrend[];
}

export interface MonthCost {
  month: string;
  jobs: number;
  /** Sum of the estimates. */
  usd: number;
}

export interface Trends {
  unit: Periods['unit'];
  /** Oldest first. */
  periods: PeriodTrend[];
  months: MonthCost[];
  /** All versions there are jobs of, by number. */
  versions: string[];
}

/** How jobs that have ended went over time, by template version, and what they cost. */
export function trendsOf(jobs: readonly IndexedJob[]): Trends {
  const times = jobs.map(({ submitted }) => submitted).sort();
  const first = times[0];
  if (first === undefined) return { unit: 'day', periods: [], months: [], versions: [] };
  const { unit, names, of } = periodsBetween(first, times.at(-1) as string);
  const byPeriod = grouped(jobs, ({ submitted }) => of(submitted));
  const byMonth = grouped(jobs, ({ submitted }) => monthOf(submitted));
  return {
    unit,
    periods: names.map((period) => ({ period, versions: versionTrends(byPeriod.get(period) ?? []) })),
    months: [...new Set(names.map(monthOf))].sort().map((month) => costOf(month, byMonth.get(month) ?? [])),
    versions: [...new Set(jobs.map(versionOf))].sort(byNumber),
  };
}

function versionTrends(jobs: readonly IndexedJob[]): VersionTrend[] {
  return [...grouped(jobs, versionOf)]
    .sort(([a], [b]) => byNumber(a, b))
    .map(([version, all]) => ({
      version,
      jobs: all.length,
      failed: all.filter(({ state, reason }) => state === 'FAILED' && reason !== 'CANCELLED').length,
      seconds: median(all.flatMap(secondsOf)),
    }));
}

function costOf(month: string, jobs: readonly IndexedJob[]): MonthCost {
  return { month, jobs: jobs.length, usd: jobs.reduce((sum, job) => sum + (job.cost_estimate_usd ?? 0), 0) };
}

const versionOf = ({ template_version }: IndexedJob) => template_version ?? '';
const byNumber = (a: string, b: string) => Number(a) - Number(b);

function secondsOf({ started, ended }: IndexedJob): number[] {
  return started && ended ? [Math.max(0, (Date.parse(ended) - Date.parse(started)) / 1000)] : [];
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
