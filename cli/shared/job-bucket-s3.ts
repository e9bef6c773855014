import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { withDemands } from '../../lambda/shared/job-bucket-client';
import type { System } from './system';

/** A client for a system's job bucket, whose requests say what the owner of the bucket demands. */
export function jobBucketS3({ client, demands }: Pick<System, 'client' | 'demands'>, more?: S3ClientConfig): S3Client {
  return withDemands(new S3Client({ ...client, ...more }), demands);
}
