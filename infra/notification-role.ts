import { aws_iam as iam, Stack, type aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';

/**
 * The role of CDK's function that sets a bucket's notifications. CDK's own one may set those of every bucket of the
 * account; this one can do so for the job bucket alone, and CDK cannot widen it.
 */
export class NotificationRole extends Construct {
  /** For CDK: further permissions are ignored. */
  readonly fixed: iam.IRole;
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `${settings.name}: sets the notifications of the job bucket`,
    });
    this.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: 'WriteNotificationLog',
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        // CloudFormation names the function after the stack, which it cuts off to make room.
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            resource: `log-group:/aws/lambda/${settings.name.slice(0, 20)}*`,
          }),
        ],
      }),
    );
    this.fixed = this.role.withoutPolicyUpdates();
  }

  /** Allows the one bucket, once it is there. An existing bucket's other notifications are read, to be kept. */
  allow(bucket: s3.IBucket): void {
    this.role.addToPrincipalPolicy(
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
