import { Duration } from 'aws-cdk-lib';

/** Enough for every candidate of one message and a record. */
export const LAUNCH_TIMEOUT = Duration.seconds(60);
/** Enough for a sweep over all instances of a large stack. */
export const GUARD_TIMEOUT = Duration.minutes(2);
/** Enough for a template with hundreds of versions. */
export const PUBLISH_TIMEOUT = Duration.minutes(2);
/** Enough to list the outputs of years. */
export const METRICS_TIMEOUT = Duration.minutes(10);

/** Lambda asks for six times a function's timeout ("Using Lambda with Amazon SQS", Lambda Developer Guide). */
export function visibilityFor(timeout: Duration): Duration {
  return Duration.seconds(timeout.toSeconds() * 6);
}
