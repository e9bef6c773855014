/** The CloudWatch namespace of everything this project measures. */
export const NAMESPACE = 'lambda-ec2';

export type Unit = 'Count' | 'Seconds' | 'None';

/** One value, with the dimensions under which it can be looked up (each set is a metric of its own). */
export interface Measurement {
  name: string;
  unit: Unit;
  value: number;
  dimensions: Record<string, string>;
  /** Sets of the dimensions' names; by default one set with all of them. */
  sets?: string[][];
}

/**
 * A measurement as a log line that CloudWatch makes a metric of ("Embedded metric format specification", CloudWatch
 * User Guide): no call, no permission, no waiting. `now` is in milliseconds since 1970.
 */
export function formatMeasurement(measurement: Measurement, now: number): string {
  const { name, unit, value, dimensions } = measurement;
  const Dimensions = measurement.sets ?? [Object.keys(dimensions)];
  const CloudWatchMetrics = [{ Namespace: NAMESPACE, Dimensions, Metrics: [{ Name: name, Unit: unit }] }];
  return JSON.stringify({ _aws: { Timestamp: now, CloudWatchMetrics }, ...dimensions, [name]: value });
}
