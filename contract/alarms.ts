/** The functions with an alarm for their errors; the failed calls of the others become dead letters, which the guard tells. */
const FUNCTIONS = ['launch', 'guard'] as const;
export type AlarmedFunction = (typeof FUNCTIONS)[number];

/** The alarms of a stack, as docs/operating.md has them; `quiet` only where `quiet_days` is set. */
export const ALARMS = [
  ...FUNCTIONS.map((name) => `${name}-errors` as const),
  'oldest-message',
  'waiting-jobs',
  'failed-jobs',
  'quiet',
] as const;
export type Alarm = (typeof ALARMS)[number];

/** What CloudWatch calls an alarm: the names of all stacks of an account lie beside each other. */
export function alarmName(stack: string, alarm: Alarm): string {
  return `${stack}-${alarm}`;
}
