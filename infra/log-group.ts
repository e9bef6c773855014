import { aws_kms as kms, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../contract/settings';

/**
 * A log group with the retention and the key of the settings, which goes with the stack. The key is one of its own and not
 * `kms_key_arn`: CloudWatch Logs refuses a group whose key policy does not name it ("Encrypt log data in CloudWatch Logs
 * using AWS Key Management Service").
 */
export function logGroup(scope: Construct, id: string, settings: Settings, logGroupName?: string): logs.LogGroup {
  const { log_retention_days: days, log_kms_key_arn: key } = settings;
  return new logs.LogGroup(scope, id, {
    logGroupName,
    retention: days === 0 ? logs.RetentionDays.INFINITE : days,
    encryptionKey: key ? kms.Key.fromKeyArn(scope, `${id}Key`, key) : undefined,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
