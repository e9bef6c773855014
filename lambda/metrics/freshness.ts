import {
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { OUTPUT_PREFIX } from '../../contract/keys';
import { findImage } from '../shared/find-image';
import type { Measurement } from './emf';

const DAY = 86_400_000;

/** Where to look. `quietDays` 0: nobody wants to know how long it has been quiet, so that nothing is listed. */
export interface FreshnessContext {
  ec2: EC2Client;
  s3: S3Client;
  stackName: string;
  templateId: string;
  bucket: string;
  quietDays: number;
}

/**
 * How many days old the image of new jobs is, and how many it is since a job succeeded. CloudWatch alarms look back a
 * week at most, so both are measured as ages. Throws the SDK's error when AWS does not answer.
 */
export async function freshness(context: FreshnessContext, now: number): Promise<Measurement[]> {
  const days = (name: string, since: number): Measurement => ({
    name,
    unit: 'None',
    value: Math.max(0, (now - since) / DAY),
    dimensions: { Stack: context.stackName },
  });
  const measurements: Measurement[] = [];
  const image = await imageCreated(context);
  if (image !== undefined) measurements.push(days('ImageAgeDays', image));
  if (context.quietDays > 0) {
    const since = (await lastOutput(context)) ?? (await templateCreated(context));
    if (since !== undefined) measurements.push(days('DaysSinceSuccess', since));
  }
  return measurements;
}

/** When the AMI of the default version was made; undefined before the first bake. */
async function imageCreated({ ec2, templateId }: FreshnessContext): Promise<number | undefined> {
  const { LaunchTemplateVersions: versions = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: ['$Default'] }),
  );
  const imageId = versions[0]?.LaunchTemplateData?.ImageId;
  if (!imageId?.startsWith('ami-')) return undefined;
  const created = Date.parse((await findImage(ec2, imageId))?.CreationDate ?? '');
  return Number.isNaN(created) ? undefined : created;
}

/** When the newest output was written: only a job that succeeded ships one. */
async function lastOutput({ s3, bucket }: FreshnessContext): Promise<number | undefined> {
  let last: number | undefined;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: OUTPUT_PREFIX })) {
    for (const { Key, LastModified } of page.Contents ?? []) {
      if (Key?.endsWith('.zip') && LastModified) last = Math.max(last ?? 0, LastModified.getTime());
    }
  }
  return last;
}

/** When the stack began, for one that has never had a job. */
async function templateCreated({ ec2, templateId }: FreshnessContext): Promise<number | undefined> {
  const { LaunchTemplates: templates = [] } = await ec2.send(
    new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [templateId] }),
  );
  return templates[0]?.CreateTime?.getTime();
}
