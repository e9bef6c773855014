import {
  Duration,
  type aws_iam as iam,
  type aws_lambda as lambda,
  aws_s3_notifications as notifications,
  RemovalPolicy,
  aws_s3 as s3,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INDEX_PREFIX } from '../contract/job-index';
import { INPUT_PREFIX, INPUT_SUFFIX, OUTPUT_PREFIX, STATUS_SUFFIX } from '../contract/keys';
import type { Settings } from '../contract/settings';
import { customerKey } from './encryption';
import type { FunctionCode } from './function-code';
import { replaceNotificationCode } from './notification-function';
import { NotificationRole } from './notification-role';

/** How long a replaced input or output can be brought back. */
const OLD_VERSION_DAYS = 30;
/** Of the index nothing need be brought back, and what lies about of it slows its listings. */
const OLD_ENTRY_DAYS = 1;

/**
 * Where inputs come in and outputs stay: versioned, so that each upload is a run of its own, and kept when the stack is
 * deleted. Only uploads below the input prefix that end in `.zip` become messages,
 * so that an output never starts a job.
 *
 * An existing bucket is used as it is; only its notification is added to the ones it has.
 */
export class JobBucket extends Construct {
  readonly bucket: s3.IBucket;
  private readonly notifier: NotificationRole;
  private notifying = false;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    private readonly code: FunctionCode,
  ) {
    super(scope, id);
    this.notifier = new NotificationRole(this, 'Notifier', settings);
    const notificationsHandlerRole = this.notifier.fixed;
    this.bucket = settings.bucket
      ? s3.Bucket.fromBucketAttributes(this, 'Existing', { bucketName: settings.bucket, notificationsHandlerRole })
      : ownBucket(this, settings, notificationsHandlerRole);
  }

  /** Sends a message to the queue for every uploaded input. */
  sendInputsTo(queue: sqs.IQueue): void {
    this.notify(new notifications.SqsDestination(queue), { prefix: INPUT_PREFIX, suffix: INPUT_SUFFIX });
  }

  /** Calls the function for every status that is written. */
  sendStatusesTo(target: lambda.IFunction): void {
    this.notify(new notifications.LambdaDestination(target), { prefix: OUTPUT_PREFIX, suffix: STATUS_SUFFIX });
  }

  private notify(target: s3.IBucketNotificationDestination, filter: s3.NotificationKeyFilter): void {
    this.bucket.addEventNotification(s3.EventType.OBJECT_CREATED, target, filter);
    if (this.notifying) return;
    this.notifying = true;
    this.notifier.allow(this.bucket);
    replaceNotificationCode(this, this.code, this.notifier.log);
  }
}

function ownBucket(scope: Construct, settings: Settings, notificationsHandlerRole: iam.IRole): s3.Bucket {
  const encryptionKey = customerKey(scope, settings);
  return new s3.Bucket(scope, 'Bucket', {
    notificationsHandlerRole,
    versioned: true,
    encryption: encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    encryptionKey,
    bucketKeyEnabled: encryptionKey ? true : undefined,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    // A create that fails leaves no empty bucket behind, and one that holds inputs and outputs outlives the stack.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      {
        id: 'old-versions',
        noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS),
        expiredObjectDeleteMarker: true,
      },
      // Of two rules for one object the shorter one holds ("How Amazon S3 handles conflicts in lifecycle
      // configurations", S3 User Guide).
      {
        id: 'old-index-entries',
        prefix: INDEX_PREFIX,
        noncurrentVersionExpiration: Duration.days(OLD_ENTRY_DAYS),
      },
      // An instance that ends in the middle of an upload leaves parts behind, which cost and cannot be seen.
      { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
    ],
  });
}
