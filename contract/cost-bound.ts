import { INSTANCE_MARGIN_SECONDS, SWEEP_SECONDS } from './app-rules';
import { durationSeconds } from './duration';
import { gp3Hour, HOURS_A_MONTH, PRICES } from './prices';
import type { Settings } from './settings';

/** What bounds the spending. */
export type CostSettings = Pick<
  Settings,
  'ec2_timeout' | 'price_per_hour' | 'volume_size_gib' | 'attempts' | 'max_running'
>;

/** The most that jobs can cost, in hours of instances and in USD, where `price_per_hour` is known. */
export interface CostBound {
  /** Of one start of a job: until the guard has ended the instance, should nothing else have. */
  attemptHours: number;
  /** `hour`: of an instance with its volume and its public address; `job`: of one upload, all its attempts together. */
  usd?: { hour: number; job: number };
}

/**
 * The bound of what a job costs in EC2: nothing of an instance lives longer than its deadline and the guard's next look.
 * Volume and address are reckoned by the list prices of us-east-1; traffic, S3 and requests are not in it, and a further
 * one of the `instance_types` may have another price than the first.
 */
export function costBound({ ec2_timeout, price_per_hour, volume_size_gib, attempts }: CostSettings): CostBound {
  const attemptHours = (durationSeconds(ec2_timeout) + INSTANCE_MARGIN_SECONDS + SWEEP_SECONDS) / 3600;
  if (price_per_hour === 0) return { attemptHours };
  const hour = price_per_hour + gp3Hour(volume_size_gib) + PRICES.publicIpv4Hour;
  return { attemptHours, usd: { hour, job: attempts * attemptHours * hour } };
}

/** The bound as a sentence, for `cdk deploy` and `doctor`. */
export function describeCostBound(settings: CostSettings): string {
  const { attempts, max_running: most } = settings;
  const { attemptHours, usd } = costBound(settings);
  const starts = `${attempts} ${attempts === 1 ? 'instance' : 'instances one after the other'} of at most ${round(attemptHours)} hours${attempts === 1 ? '' : ' each'}`;
  if (!usd) {
    const all = most > 0 ? `; all jobs together at most ${most} instances at once` : '';
    return `A job takes at most ${starts}${all}. With price_per_hour this is in US dollars.`;
  }
  const job = `A job costs at most ${dollars(usd.job)}: ${starts} at ${dollars(usd.hour)} an hour`;
  if (most === 0) return `${job}. Nothing bounds how many jobs run: see max_running.`;
  const [hour, month] = [most * usd.hour, most * usd.hour * HOURS_A_MONTH].map(dollars);
  return `${job}. All jobs together cost at most ${hour} an hour and ${month} a month (max_running ${most}).`;
}

const round = (hours: number) => String(Number(hours.toFixed(2)));

/** Rounded up, because it is a bound: to cents, and below a dollar to a hundredth of one. */
function dollars(value: number): string {
  const digits = value < 1 ? 4 : 2;
  return `$${(Math.ceil(value * 10 ** digits - 1e-6) / 10 ** digits).toFixed(digits)}`;
}
