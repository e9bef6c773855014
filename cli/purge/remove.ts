import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeregisterImageCommand } from '@aws-sdk/client-ec2';
import { DeleteImageCommand } from '@aws-sdk/client-imagebuilder';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { errorMessage } from '../../lambda/shared/error-message';
import type { Purged } from '../json/purge';
import type { Services } from './leftovers';

/** Removes what was found. Never rejects: what is gone and what is not is the result. */
export async function remove(
  { ec2, imagebuilder, logs, s3 }: Services,
  { images, builds, log_groups, buckets }: Purged['found'],
): Promise<Pick<Purged, 'removed' | 'failed'>> {
  const result: Pick<Purged, 'removed' | 'failed'> = { removed: [], failed: [] };
  const each = async (ids: readonly string[], removeOne: (id: string) => Promise<unknown>) => {
    for (const id of ids) {
      try {
        await removeOne(id);
        result.removed.push(id);
      } catch (error) {
        result.failed.push({ id, message: errorMessage(error) });
      }
    }
  };
  await each(images, (ImageId) => ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })));
  await each(builds, (imageBuildVersionArn) => imagebuilder.send(new DeleteImageCommand({ imageBuildVersionArn })));
  await each(log_groups, (logGroupName) => logs.send(new DeleteLogGroupCommand({ logGroupName })));
  await each(buckets, (bucket) => removeBucket(s3, bucket));
  return result;
}

/** A bucket can only be deleted empty, old versions and delete markers included; what is deleted is not listed again. */
async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors?.[0]) throw new Error(`${Errors[0].Key} could not be deleted: ${Errors[0].Message}`);
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
