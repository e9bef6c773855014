/** The functions, each with an alarm for its errors. */
const FUNCTIONS = ['launch', 'publish', 'guard', 'metrics'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The alarms of a stack, as docs/operating.md has them; `quiet` only where `quiet_days` is set. */
export const ALARMS = [
  ...FUNCTIONS.map((name) => `${name}-errors` as const),
  'dead-letters',
  'oldest-message',
  'waiting-jobs',
  'failed-jobs',
  'old-image',
  'quiet',
] as const;
export type Alarm = (typeof ALARMS)[number];

/** What CloudWatch calls an alarm: the names of all stacks of an account lie beside each other. */
export function alarmName(stack: string, alarm: Alarm): string {
  return `${stack}-${alarm}`;
}
