/** The list prices below are those known then; the price pages could not be asked. */
export const PRICES_KNOWN = '2026-11';

/**
 * List prices in USD of us-east-1, free tier not counted: https://aws.amazon.com/ec2/pricing/on-demand/,
 * /ebs/pricing/, /vpc/pricing/, /cloudwatch/pricing/, /sqs/pricing/, /lambda/pricing/.
 */
export const PRICES = {
  /** m7i.large, the first of the default instance types. */
  instanceHour: 0.1008,
  gp3GibMonth: 0.08,
  publicIpv4Hour: 0.005,
  snapshotGibMonth: 0.05,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  /** Of a custom metric, for the hours in which it is measured. */
  metricMonth: 0.3,
  sqsMillionRequests: 0.4,
  lambdaMillionRequests: 0.2,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
} as const;

/** AWS reckons with this many hours a month. */
export const HOURS_A_MONTH = 730;

/** What a gp3 volume costs an hour, in USD. */
export const gp3Hour = (gib: number) => (gib * PRICES.gp3GibMonth) / HOURS_A_MONTH;
