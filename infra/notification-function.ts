import { type CfnResource, aws_lambda as lambda, type aws_logs as logs, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionCode } from './function-code';

/** CDK's construct of the function: one for all buckets of a stack. */
const CDK_FUNCTION = 'BucketNotificationsHandler050a0587b7544547bf325f094a3db834';

/**
 * Has lambda/notifications run in the place of the code of CDK's function for bucket notifications, which does not leave
 * those of others alone. The function itself stays CDK's: a custom resource that goes to another one takes the
 * notifications of a deployed stack away when CloudFormation removes it.
 *
 * Throws when CDK calls its function by another name.
 */
export function replaceNotificationCode(scope: Construct, code: FunctionCode, log: logs.ILogGroup): void {
  const resource = Stack.of(scope).node.findChild(CDK_FUNCTION).node.findChild('Resource') as CfnResource;
  const { s3Location, inlineCode } = code('notifications').bind(resource);
  if (s3Location) {
    resource.addPropertyOverride('Code', { S3Bucket: s3Location.bucketName, S3Key: s3Location.objectKey });
  }
  // Without inline code this takes CDK's away.
  resource.addPropertyOverride('Code.ZipFile', inlineCode);
  resource.addPropertyOverride('Runtime', lambda.Runtime.NODEJS_24_X.name);
  resource.addPropertyOverride('MemorySize', 256);
  resource.addPropertyOverride('LoggingConfig', { LogGroup: log.logGroupName });
}
