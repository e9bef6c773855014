import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { ImagebuilderClient, paginateListImagePipelineImages } from '@aws-sdk/client-imagebuilder';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { FINAL_BAKE_STATES } from '../../contract/bake-states';
import { QUEUE_RETENTION_SECONDS } from '../../contract/duration';
import { INPUT_PREFIX, parseInputKey } from '../../contract/keys';
import { TEMPLATE_ID_TAG, TEMPLATE_VERSION_TAG } from '../../contract/tags';
import { jobBucketS3 } from '../shared/job-bucket-s3';
import type { SettingsContext } from './context';
import type { VersionUsers } from './prune-plan';

const LONGEST_WAIT_MS = QUEUE_RETENTION_SECONDS * 1000;

/** Who may need versions at present. Throws the SDK's error: what could not be found out must not count as nobody. */
export async function versionUsers(context: SettingsContext, now: number): Promise<VersionUsers> {
  const [running, uploads, bakingSince] = await Promise.all([
    runningVersions(context),
    uploadedVersions(context, now),
    oldestBake(context),
  ]);
  return { running, uploads, bakingSince };
}

async function runningVersions({ ec2, template }: SettingsContext): Promise<Set<number>> {
  const found = new Set<number>();
  const Filters = [
    { Name: `tag:${TEMPLATE_ID_TAG}`, Values: [template.templateId] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'] },
  ];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters })) {
    for (const { Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      found.add(Number(Tags.find(({ Key }) => Key === TEMPLATE_VERSION_TAG)?.Value));
    }
  }
  return found;
}

/** The versions that keys of recent uploads name (`template=N/`): the queue cannot be listed. */
async function uploadedVersions({ system }: SettingsContext, now: number): Promise<Set<number>> {
  const found = new Set<number>();
  const s3 = jobBucketS3(system);
  try {
    const request = { Bucket: system.bucket, Prefix: `${INPUT_PREFIX}template=` };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, request)) {
      for (const { Key = '', LastModified } of Contents) {
        const parsed = parseInputKey(Key);
        const isRecent = now - (LastModified?.getTime() ?? now) < LONGEST_WAIT_MS;
        if (isRecent && parsed.ok && parsed.job.templateVersion) found.add(Number(parsed.job.templateVersion));
      }
    }
    return found;
  } finally {
    s3.destroy();
  }
}

/** When the oldest bake under way began: versions since then may be its candidates. */
async function oldestBake({ system }: SettingsContext): Promise<number | undefined> {
  const client = new ImagebuilderClient(system.client);
  const began: number[] = [];
  try {
    const request = { imagePipelineArn: system.pipelineArn };
    for await (const { imageSummaryList = [] } of paginateListImagePipelineImages({ client }, request)) {
      for (const { state, dateCreated = '' } of imageSummaryList) {
        if (!FINAL_BAKE_STATES.includes(state?.status ?? '')) began.push(Date.parse(dateCreated) || 0);
      }
    }
    return began.length > 0 ? Math.min(...began) : undefined;
  } finally {
    client.destroy();
  }
}
