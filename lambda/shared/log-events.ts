import type { Logger } from '@aws-lambda-powertools/logger';
import type { LoggedError } from './error-message';

/**
 * The events that the functions log, each with the `message` of its lines. The names are stable: metric filters and
 * queries hang on the field `event`, and never on a message.
 */
export const LOG_EVENTS = {
  // launch: messages and uploads
  'message.dropped': 'dropped a message that names no job',
  'message.postpone_failed': 'could not set when the message comes back',
  'event_record.skipped': 'skipped a record that is no upload',
  'key.ignored': 'skipped a key that is no input',
  'key.refused': 'refused an input key',
  'upload.handling_failed': 'could not handle an upload; it stays in the queue',
  'job.launched': 'launched an instance for a job',
  'job.already_launched': 'a job needs no further instance',
  'job.deferred': 'a job cannot be launched now',
  'job.refused': 'a job cannot be launched',
  'lock.release_failed': 'could not release the lock of launches; it runs out within two minutes',
  // launch and guard: records
  'wait.recorded': 'recorded that a job waits',
  'failure.recorded': 'recorded that a job has failed',
  'older_output.kept': 'S3 denied to take away what an earlier run left',
  'record.kept': 'left the record that a job has already',
  // guard: ended instances
  'instance.terminated': 'terminated an instance',
  'instance.skipped': 'nothing is to be done for an ended instance',
  'instance.replaced': 'another instance has the job of an ended one',
  'instance.job_unknown': 'the tags of an ended instance do not tell its job',
  'instance.untagged': 'a terminated instance has no tags: if it was one of ours, its job has no record',
  'instance.handling_failed': 'could not handle an instance',
  'job.requeued': 'put a job back into the queue',
  'log.ended': 'ended the log of a job that somebody stopped',
  'record.restored': 'restored a record that had been overwritten',
  'tombstone.unreadable': 'the tombstone of an instance cannot be read',
  'tombstone.handling_failed': 'could not handle the tombstone of an instance',
  // guard: dead letters
  'dead_letter.dropped': 'dropped a dead letter that names no job',
  'dead_letter.refused': 'a dead letter is about a key that is no input',
  'dead_letter.skipped': 'a dead letter is about a job that needs no record',
  'dead_letter.recorded': 'recorded that the job of a dead letter has failed',
  'dead_letter.handling_failed': 'could not handle a dead letter',
  'call.failed': 'a function could not handle events',
  // guard and publish: people
  'notification.failed': 'could not send a notification',
  // publish: versions
  'action.decided': 'decided what to do with the launch template',
  'version.warned': 'EC2 warns of a launch template version',
  'pipeline.read_failed': 'Image Builder does not tell which bakes are good',
  'deploy.followed': 'followed a deploy',
  'deploy.follow_failed': 'could not follow a deploy',
  'request.expired': 'ignored a request of CloudFormation, because its deploy is over',
  'attempt.failed': 'an attempt failed',
  // publish: bakes
  'bake.published': 'published a bake',
  'bake.skipped': 'skipped a finished bake',
  'bake.deferred': 'no settings suit a finished bake yet',
  'bake.event_missed': 'the event of the newest bake was lost or not handled',
  'bake.started': 'started a bake',
  'bake.start_failed': 'the deploy stands, but no bake was started',
  'bake.cancelled': 'cancelled a bake',
  'bake.cancel_failed': 'could not cancel a bake',
  'bake.still_running': 'bakes are still running; the stack may have to be deleted again',
  // notifications
  'notifications.changed': 'set the notifications of the bucket',
  'notifications.kept': 'left the notifications of the bucket as they are',
  'notifications.leave_failed':
    'could not take the notifications of the stack away from the bucket of before: remove those that begin with the id of the stack',
  'notifications.failed': 'could not set the notifications of the bucket',
  // metrics
  'status.skipped': 'skipped a status that cannot be read',
} as const;

export type LogEvent = keyof typeof LOG_EVENTS;

/** What a line tells beside its event. `message` is the event's own. */
export interface LogFacts {
  [name: string]: unknown;
  error?: LoggedError;
  message?: never;
}

export type EventLogger = Record<'info' | 'warn' | 'error', (event: LogEvent, facts?: LogFacts) => void>;

/** A logger of events: `{ level, message, event, ... }` a line. */
export function eventLogger(logger: Pick<Logger, 'info' | 'warn' | 'error'>): EventLogger {
  const at = (level: 'info' | 'warn' | 'error') => (event: LogEvent, facts?: LogFacts) =>
    logger[level](LOG_EVENTS[event], { event, ...facts });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
