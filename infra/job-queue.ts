import { Duration, aws_sqs as sqs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { QUEUE_RETENTION_SECONDS } from '../contract/duration';
import type { Settings } from '../contract/settings';
import { customerKey } from './encryption';
import { GUARD_TIMEOUT, LAUNCH_TIMEOUT, visibilityFor } from './timeouts';

/** SQS's longest; settings keep `launch_wait` a day below it. */
const RETENTION = Duration.seconds(QUEUE_RETENTION_SECONDS);
/** SQS's highest. The launcher spaces its tries so that a job that waits 13 days stays below it (waiting.ts). */
const MAX_RECEIVE_COUNT = 1000;

/**
 * Between upload and launch: a job that must wait stays here, and what cannot be handled at all goes to the dead-letter
 * queue, from which the guard makes a record.
 */
export class JobQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const encryptionMasterKey = customerKey(this, settings);
    const common: sqs.QueueProps = {
      retentionPeriod: RETENTION,
      enforceSSL: true,
      encryption: encryptionMasterKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
      encryptionMasterKey,
    };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...common,
      // What a call of the guard could not handle is there for the next one.
      visibilityTimeout: GUARD_TIMEOUT,
      // What SQS does by default; said, it tells rules about queues that this one needs no dead-letter queue of its own.
      redriveAllowPolicy: { redrivePermission: sqs.RedrivePermission.ALLOW_ALL },
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: visibilityFor(LAUNCH_TIMEOUT),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}
