import { aws_iam as iam, type aws_s3 as s3 } from 'aws-cdk-lib';
import { OUTPUT_PREFIX } from '../contract/keys';

/**
 * What writing a job's record takes (lambda/shared/record.ts): read the status, write status and log, remove what an
 * older run left.
 *
 * Without the right to list, S3 answers 403 instead of 404 for a status that does not exist; the right cannot be bound
 * to a prefix there, because a GetObject request has none ("Policy actions for Amazon S3", S3 User Guide).
 */
export function recordStatements(bucket: s3.IBucket): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'WriteRecords',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [bucket.arnForObjects(`${OUTPUT_PREFIX}*`)],
    }),
    new iam.PolicyStatement({ sid: 'TellMissingRecords', actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  ];
}
