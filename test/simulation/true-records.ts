import type { InstanceFacts, Upload, Written } from './history';
import type { World } from './world';

/** A record with everything that really happened, of which it must not say anything else. */
interface Told {
  record: Written;
  upload: Upload;
  world: World;
  /** The instance that the record names. */
  instance?: InstanceFacts;
}

/** EC2's answers that only ask for patience: no launch is refused because of them. */
const PASSING = ['RequestLimitExceeded', 'InternalError', 'ServiceUnavailable', 'InsufficientInstanceCapacity'];
const NO_IMAGE = ['MissingParameter', 'InvalidAMIID.NotFound'];
/** The time limit comes so much before the deadline, in milliseconds (docs/operating.md). */
const AFTER_TIMEOUT = 23 * 60_000;

/** What is not so although the record says it. */
export function untrue(record: Written, upload: Upload, world: World): string[] {
  const { state, reason, instanceId, writer, time } = record;
  const instance = upload.instances.find(({ id }) => id === instanceId);
  const problem = PROBLEMS[reason ?? state]?.({ record, upload, world, instance });
  if (!problem) return [];
  return [`${state} ${reason} of ${instanceId} by ${writer} at ${new Date(time).toISOString()}: ${problem}`];
}

/** By what a record says: what is wrong with it, if anything is. */
const PROBLEMS: Readonly<Record<string, (told: Told) => string | false>> = {
  SUCCEEDED: ({ instance }) => !(instance?.appSucceeded && instance.output !== undefined) && 'its app has not',
  APP_FAILED: ({ instance }) => instance?.appFailed !== 'APP_FAILED' && 'its app did not fail',
  NO_OUTPUT: ({ instance }) => !(instance?.appSucceeded && instance.output === undefined) && 'it has an output',
  TIMED_OUT: ({ instance, record }) => !(instance && isLate(instance, record)) && 'its time was not over',
  CANCELLED: (told) => !isStopped(told) && 'nobody did',
  INTERRUPTED: (told) => !(hasMishap(told) || wasDown(told)) && 'nothing has happened to it',
  LOST: (told) => !(hasMishap(told) || wasDown(told) || isSpoiled(told)) && 'nothing has happened to it',
  NO_CAPACITY: (told) => !(told.upload.refusals.size > 0 || hasMishap(told) || mayWait(told)) && 'EC2 refused nothing',
  NO_IMAGE: ({ upload }) => !NO_IMAGE.some((code) => upload.refusals.has(code)) && 'there was an image',
  LAUNCH_REFUSED: (told) => !(isRefused(told) || hasMishap(told) || isGivenUp(told)) && 'EC2 did not refuse it',
};

function isLate({ launched, deadline, appFailed }: InstanceFacts, { time }: Written): boolean {
  return appFailed === 'TIMED_OUT' || time - launched >= deadline - AFTER_TIMEOUT;
}

function isStopped({ record, upload, world }: Told): boolean {
  const stops = world.services.history.stops.get(upload.jobId) ?? [];
  return [...upload.cancelled, ...stops].some((at) => at <= record.time);
}

function hasMishap({ upload }: Told): boolean {
  return upload.instances.some(({ mishaps }) => mishaps.some((one) => one !== 'recorded'));
}

function wasDown({ world }: Told): boolean {
  return world.faults.counts.has('S3 is down for a while');
}

/** Whether a person had taken the status away, or written over it. */
function isSpoiled({ record, upload, world }: Told): boolean {
  return (world.services.history.spoiled.get(upload.jobId) ?? []).some((at) => at <= record.time);
}

/** Whether jobs wait for something else than what EC2 says: `max_running`, or calls without an answer. */
function mayWait({ world: { services, faults } }: Told): boolean {
  const unanswered = ['EC2 fails', 'EC2 answer lost', 'EC2 is down for a while'] as const;
  return services.settings.maxRunning > 0 || unanswered.some((one) => faults.counts.has(one));
}

function isRefused({ upload }: Told): boolean {
  return upload.jobId === '' || [...upload.refusals].some((code) => !PASSING.includes(code));
}

/** Whether messages are given up that were received too often. */
function isGivenUp({ world }: Told): boolean {
  return world.services.settings.maxReceiveCount < 1000;
}
