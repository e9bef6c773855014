import { ArnFormat, aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bucketDemands, KEY_ARN } from '../contract/bucket-demands';
import type { Settings } from '../contract/settings';
import { AWS_EBS_KEY } from '../contract/volume-key';

/** The customer's own key, or undefined: then AWS's keys, which need no permission. */
export function customerKey(scope: Construct, settings: Settings): kms.IKey | undefined {
  return settings.kms_key_arn ? kms.Key.fromKeyArn(scope, 'Key', settings.kms_key_arn) : undefined;
}

/**
 * The key of instances' volumes. EC2 takes the name of an alias (EC2 API Reference, `EbsBlockDevice`), and makes the key
 * of one of AWS's own where there is none yet (KMS API Reference, `DescribeKey`, on predefined aliases).
 */
export function volumeKey(settings: Settings): string {
  return settings.kms_key_arn || AWS_EBS_KEY;
}

/** The key of the image's, for Image Builder, which takes ARNs only (its API, `EbsInstanceBlockDeviceSpecification`). */
export function imageVolumeKey(scope: Construct, settings: Settings): string {
  return (
    settings.kms_key_arn ||
    Stack.of(scope).formatArn({ service: 'kms', resource: AWS_EBS_KEY, arnFormat: ArnFormat.NO_RESOURCE_NAME })
  );
}

/** What reading and writing S3 objects and queue messages under the keys needs; nothing without one. */
export function dataKeyStatements(scope: Construct, settings: Settings): iam.PolicyStatement[] {
  const { encryption } = bucketDemands(settings);
  const keys = new Set([settings.kms_key_arn, encryption].filter((key) => KEY_ARN.test(key)));
  if (keys.size === 0) return [];
  return [
    new iam.PolicyStatement({
      sid: 'DataKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [...keys],
      conditions: { StringEquals: { 'kms:ViaService': ['s3', 'sqs'].map((service) => viaService(scope, service)) } },
    }),
  ];
}

/**
 * What starting an instance with a volume under the key needs: EBS uses the caller's permissions, and keeps a grant for
 * as long as the volume is attached ("How Amazon EBS encryption works", EBS User Guide).
 */
export function volumeKeyStatements(scope: Construct, settings: Settings): iam.PolicyStatement[] {
  if (!settings.kms_key_arn) return [];
  const viaEc2 = { 'kms:ViaService': viaService(scope, 'ec2') };
  return [
    new iam.PolicyStatement({
      sid: 'VolumeKey',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [settings.kms_key_arn],
      conditions: { StringEquals: viaEc2 },
    }),
    new iam.PolicyStatement({
      sid: 'VolumeKeyGrant',
      actions: ['kms:CreateGrant'],
      resources: [settings.kms_key_arn],
      conditions: { StringEquals: viaEc2, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}

/** A service of this Region as the condition `kms:ViaService` names it. */
export function viaService(scope: Construct, service: string): string {
  const { region, urlSuffix } = Stack.of(scope);
  return `${service}.${region}.${urlSuffix}`;
}
