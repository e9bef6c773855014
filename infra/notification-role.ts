import { aws_iam as iam, type aws_logs as logs, type aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { logGroup } from './log-group';

/**
 * The role and the log of CDK's function that sets a bucket's notifications. CDK's own role may write every log group of
 * the account; this one has what it needs, and CDK cannot widen it.
 */
export class NotificationRole extends Construct {
  /** For CDK: further permissions are ignored. */
  readonly fixed: iam.IRole;
  readonly log: logs.LogGroup;
  private readonly role: iam.Role;
  private readonly policy: iam.Policy;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.log = logGroup(this, 'Log', settings);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `${settings.name}: sets the notifications of the job bucket`,
    });
    // Another bucket gets a policy of its own: the one of before stays until CloudFormation clears up, and until then the
    // function can take the notifications away from the bucket of before (aws-cdk issue 9840).
    const policyId = settings.bucket ? `Policy ${settings.bucket}` : 'DefaultPolicy';
    this.policy = new iam.Policy(this.role, policyId, { roles: [this.role] });
    this.policy.addStatements(
      new iam.PolicyStatement({
        sid: 'WriteNotificationLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.log.logGroupArn],
      }),
    );
    this.fixed = this.role.withoutPolicyUpdates();
  }

  /** Allows the one bucket, once it is there. The notifications of others are read, to be kept. */
  allow(bucket: s3.IBucket): void {
    this.policy.addStatements(
      new iam.PolicyStatement({
        sid: 'SetNotifications',
        actions: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
        resources: [bucket.bucketArn],
      }),
    );
    // The role that CDK was given does not bring its policy along as a dependency.
    bucket.node.tryFindChild('Notifications')?.node.addDependency(this.role);
  }
}
