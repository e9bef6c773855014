import { gp3Hour, HOURS_A_MONTH, PRICES } from '../contract/prices';

/** What of a synthesized template has a price. */
export interface PricedTemplate {
  // biome-ignore lint/suspicious/noExplicitAny: a template holds anything
  Resources: Record<string, { Type: string; Properties?: any }>;
}

/** A line of a table of costs: what, by which assumption, and USD. */
export interface Cost {
  what: string;
  assumption: string;
  usd: number;
}

/** What an image's snapshot holds: of its volume of 8 GiB only the blocks that were written. */
const SNAPSHOT_GIB = 4;
/**
 * Lambda polls an idle queue with five long polls of 20 seconds: fewer, which it does by itself, it does not where there
 * is a maximum concurrency (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html, read 2026-11-26).
 */
const POLLS_AN_HOUR = 5 * 180;
const SECONDS_A_CALL = 0.5;
const MEMORY_GB = 0.5;
/** Of a job's volume: the default of `volume_size_gib`. */
const VOLUME_GIB = 16;
/** S3 requests, calls of functions, metrics: live logs are most of it, and grow with the time. */
const REQUESTS_A_JOB = { once: 0.0002, hour: 0.0048 };

/** What a stack costs in a month without a job; what it has not is left out. */
export function costsAtRest(template: PricedTemplate): Cost[] {
  const { images, alarms, dashboards, requests, calls, hours } = quantities(template);
  const perCall = PRICES.lambdaMillionRequests / 1e6 + SECONDS_A_CALL * MEMORY_GB * PRICES.lambdaGbSecond;
  const costs = [
    {
      what: `snapshots of ${images} AMIs`,
      assumption: `about ${SNAPSHOT_GIB} GiB each`,
      usd: images * SNAPSHOT_GIB * PRICES.snapshotGibMonth,
    },
    { what: 'alarms', assumption: `${alarms} metrics`, usd: alarms * PRICES.alarmMetricMonth },
    { what: 'dashboard', assumption: 'three are free in an account', usd: dashboards * PRICES.dashboardMonth },
    {
      what: 'requests to the queues',
      assumption: `${(requests / 1e6).toFixed(2)} million requests`,
      usd: (requests / 1e6) * PRICES.sqsMillionRequests,
    },
    {
      what: 'scheduled calls of the functions',
      assumption: `${calls} of half a second at 512 MB, arm64`,
      usd: calls * perCall,
    },
    {
      what: 'measured ages',
      assumption: `${hours} of the ${HOURS_A_MONTH} hours of a metric`,
      usd: (hours / HOURS_A_MONTH) * PRICES.metricMonth,
    },
  ];
  return costs.filter(({ usd }) => usd > 0);
}

/** How much a template has of each thing that is charged by the month. */
function quantities(template: PricedTemplate) {
  const resources = Object.entries(template.Resources);
  const of = (type: string) => resources.flatMap(([, one]) => (one.Type === type ? [one.Properties ?? {}] : []));
  const scheduled = (id: string) => callsAMonth(resources.find(([found]) => found.startsWith(id))?.[1].Properties);
  const images: number = of('AWS::ImageBuilder::LifecyclePolicy')[0]?.PolicyDetails[0].Filter.Value ?? 0;
  const polls = of('AWS::Lambda::EventSourceMapping').length * POLLS_AN_HOUR * HOURS_A_MONTH;
  return {
    images,
    alarms: of('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    // Each call of the guard looks once at the dead-letter queue.
    requests: polls + scheduled('GuardSchedule'),
    calls: of('AWS::Events::Rule').reduce((sum, rule) => sum + callsAMonth(rule), 0),
    hours: scheduled('MetricsSchedule') * agesOf(template),
  };
}

/** An alarm is charged for each metric that it reads, also within an expression (https://aws.amazon.com/cloudwatch/pricing/). */
function metricsOf({ Metrics }: { Metrics?: { MetricStat?: object }[] }): number {
  return Metrics ? Metrics.filter(({ MetricStat }) => MetricStat).length : 1;
}

/** What lambda/metrics measures without a job: the age of the image and, where it is asked for, of the last success. */
function agesOf({ Resources }: PricedTemplate): number {
  const [, metrics] = Object.entries(Resources).find(([id]) => id.startsWith('MetricsFunction')) ?? [];
  return metrics?.Properties.Environment.Variables.QUIET_DAYS === '0' ? 1 : 2;
}

/** How often a rule with a rate calls its target in a month; the rules of events cost nothing until there is one. */
function callsAMonth({ ScheduleExpression = '' }: { ScheduleExpression?: string } = {}): number {
  const [, count = '0', unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit ?? ''];
  return minutes ? Math.round((HOURS_A_MONTH * 60) / (Number(count) * minutes)) : 0;
}

/** What one job costs whose instance lives for so many hours, from launch to termination. */
export function costsOfJob(hours: number): Cost[] {
  return [
    { what: 'm7i.large', assumption: 'by the second, at least 60 s', usd: hours * PRICES.instanceHour },
    {
      what: `${VOLUME_GIB} GiB gp3`,
      assumption: 'by the second',
      usd: hours * gp3Hour(VOLUME_GIB),
    },
    { what: 'public IPv4 address', assumption: 'by the second', usd: hours * PRICES.publicIpv4Hour },
    {
      what: 'requests, functions',
      assumption: 'live logs are most of it',
      usd: REQUESTS_A_JOB.once + hours * REQUESTS_A_JOB.hour,
    },
  ];
}
