import type { Status } from './status';

/** What EC2 bills of an instance at least, in seconds (https://aws.amazon.com/ec2/pricing/on-demand/). */
const LEAST_SECONDS = 60;

/**
 * The cost estimate in USD of a run that goes on until `now` (milliseconds since 1970), by what its status says of the
 * time until it was written. Null when that says nothing.
 */
export function costUntil({ cost_estimate_usd: cost, phases, updated }: Status, now: number): number | null {
  // The first phase begins with EC2's acceptance of the launch.
  const launched = Date.parse(String(phases?.[0]?.start));
  const known = billed(launched, Date.parse(String(updated)));
  if (cost == null || Number.isNaN(known)) return cost ?? null;
  return Math.round(((cost * billed(launched, now)) / known) * 1e6) / 1e6;
}

function billed(from: number, to: number): number {
  return Math.max(LEAST_SECONDS, (to - from) / 1000);
}
