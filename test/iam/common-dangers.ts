import { ASSETS_BUCKET, arn, iamArn } from './account';
import type { Ask } from './asks';
import type { Deployed } from './deployed';
import { keyAt } from './s3-asks';

const passedTo = (service: string) => ({ 'iam:PassedToService': `${service}.amazonaws.com` });

/** What no role of the stack may do: to become another, to take what is not the stack's, to take the stack apart. */
export function commonDangers(stack: Deployed): Ask[] {
  return [
    ...identityDangers(stack),
    ...ec2Dangers(stack),
    ...s3Dangers(stack),
    ...otherDangers(stack),
    ...keyDangers(stack),
  ];
}

function identityDangers({ roleArns }: Deployed): Ask[] {
  return [
    { action: 'iam:PassRole', resource: iamArn('role/other'), context: passedTo('ec2') },
    { action: 'iam:PassRole', resource: roleArns.bake, context: passedTo('lambda') },
    { action: 'iam:PassRole', resource: roleArns.instance, context: passedTo('lambda') },
    { action: 'iam:PutRolePolicy', resource: roleArns.instance },
    { action: 'sts:AssumeRole', resource: iamArn('role/other') },
    { action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', 'secret:other-AbCdEf') },
    // Its name begins as that of a secret in the settings.
    { action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', 'secret:team/git-token-2-AbCdEf') },
  ];
}

function ec2Dangers({ arns }: Deployed): Ask[] {
  const other = arn('ec2', 'launch-template/lt-0123456789abcdef1');
  return [
    { action: 'ec2:RunInstances', resource: arn('ec2', 'instance/new') },
    { action: 'ec2:TerminateInstances', resource: arn('ec2', 'instance/i-0123456789abcdef1') },
    { action: 'ec2:CreateTags', resource: arn('ec2', 'instance/i-0123456789abcdef0') },
    { action: 'ec2:CreateTags', resource: arns.launchTemplate },
    { action: 'ec2:DeleteLaunchTemplate', resource: arns.launchTemplate },
    { action: 'ec2:CreateLaunchTemplateVersion', resource: other },
    { action: 'ec2:ModifyLaunchTemplate', resource: other },
  ];
}

function s3Dangers({ bucket }: Deployed): Ask[] {
  const strange = [`other-bucket/${keyAt('output/*_status.json')}`, `${bucket}/elsewhere/a`];
  // An upload would be a job.
  const input = `${bucket}/${keyAt('input/*.zip')}`;
  return [
    ...['GetObject', 'PutObject', 'DeleteObject'].flatMap((one) => strange.map((place) => s3(one, place))),
    ...['PutObject', 'DeleteObject', 'DeleteObjectVersion'].map((one) => s3(one, input)),
    ...['DeleteBucket', 'PutBucketPolicy', 'PutLifecycleConfiguration'].map((one) => s3(one, bucket)),
    s3('GetObject', `${ASSETS_BUCKET}/0123456789abcdef.zip`),
    { ...s3('ListBucket', ASSETS_BUCKET), context: { 's3:prefix': '0123456789abcdef.zip' } },
    s3('ListBucket', ASSETS_BUCKET),
  ];
}

const s3 = (action: string, place: string): Ask => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${place}` });

function otherDangers({ arns, settings }: Deployed): Ask[] {
  return [
    { action: 'sns:Publish', resource: arn('sns', 'other') },
    { action: 'sqs:SendMessage', resource: arn('sqs', 'other') },
    { action: 'sqs:DeleteMessage', resource: arn('sqs', 'other') },
    { action: 'imagebuilder:StartImagePipelineExecution', resource: arn('imagebuilder', 'image-pipeline/other') },
    // Of a stack whose name begins as this one's.
    { action: 'imagebuilder:CancelImageCreation', resource: arn('imagebuilder', `image/${settings.name}-2/1.0.0/1`) },
    { action: 'imagebuilder:DeleteImage', resource: arns.image },
    { action: 'cloudformation:DeleteStack', resource: arns.stack },
    { action: 'logs:PutLogEvents', resource: arn('logs', 'log-group:other:log-stream:a') },
  ];
}

/** The customer's key with no service in between, and other keys. */
function keyDangers({ settings: { kms_key_arn: key } }: Deployed): Ask[] {
  if (!key) return [];
  const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
  return [
    ...['Decrypt', 'GenerateDataKey', 'CreateGrant'].map((one) => ({ action: `kms:${one}`, resource: key })),
    { action: 'kms:Decrypt', resource: key.replace(/[^/]*$/, 'other'), context: viaS3 },
  ];
}
