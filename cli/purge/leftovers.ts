import { type CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { type EC2Client, paginateDescribeImages } from '@aws-sdk/client-ec2';
import {
  type ImagebuilderClient,
  paginateListImageBuildVersions,
  paginateListImages,
} from '@aws-sdk/client-imagebuilder';
import { GetBucketTaggingCommand, paginateListBuckets, type S3Client } from '@aws-sdk/client-s3';
import { STACK_TAG } from '../../contract/tags';
import type { Purged } from '../json/purge';

/** What CloudFormation leaves at least of a stack's name in a bucket's. */
const LEAST_OF_A_NAME = 20;

/** The services in which a deleted stack leaves something. */
export interface Services {
  ec2: EC2Client;
  imagebuilder: ImagebuilderClient;
  logs: CloudWatchLogsClient;
  s3: S3Client;
}

/**
 * What the stacks of a name have left behind: what CloudFormation does not delete, and what a service makes again when it
 * writes late. Nothing of another stack whose name begins alike. Throws the SDK's error.
 */
export async function leftovers({ ec2, imagebuilder, logs, s3 }: Services, stack: string): Promise<Purged['found']> {
  const [images, builds, log_groups, buckets] = await Promise.all([
    imagesOf(ec2, stack),
    buildsOf(imagebuilder, stack),
    logGroupsOf(logs, stack),
    bucketsOf(s3, stack),
  ]);
  return { images, builds, log_groups, buckets };
}

async function imagesOf(client: EC2Client, stack: string): Promise<string[]> {
  const Filters = [{ Name: `tag:${STACK_TAG}`, Values: [stack] }];
  const pages = paginateDescribeImages({ client }, { Owners: ['self'], Filters });
  return collect(pages, ({ Images }) => Images?.map(({ ImageId }) => ImageId));
}

async function buildsOf(client: ImagebuilderClient, stack: string): Promise<string[]> {
  const filters = [{ name: 'name', values: [stack] }];
  const versions = await collect(paginateListImages({ client }, { owner: 'Self', filters }), ({ imageVersionList }) =>
    imageVersionList?.filter(({ name }) => name === stack).map(({ arn }) => arn),
  );
  const builds: string[] = [];
  for (const imageVersionArn of versions) {
    const pages = paginateListImageBuildVersions({ client }, { imageVersionArn });
    builds.push(...(await collect(pages, ({ imageSummaryList }) => imageSummaryList?.map(({ arn }) => arn))));
  }
  return builds;
}

/** The log of bakes (infra/image-pipeline.ts), and that of the function by which CDK sets a bucket's notifications. */
async function logGroupsOf(client: CloudWatchLogsClient, stack: string): Promise<string[]> {
  const bakes = `/aws/imagebuilder/${stack}-`;
  const found: string[] = [];
  for (const logGroupNamePrefix of [bakes, `/aws/lambda/${stack}-BucketNotificationsHandler`]) {
    const pages = paginateDescribeLogGroups({ client }, { logGroupNamePrefix });
    found.push(...(await collect(pages, ({ logGroups }) => logGroups?.map(({ logGroupName }) => logGroupName))));
  }
  return found.filter((name) => !name.startsWith(bakes) || /^[0-9a-f]{8}$/.test(name.slice(bakes.length)));
}

/**
 * CloudFormation names a bucket after stack and logical id, and cuts the stack's name when that gets too long for S3. What
 * is left of it may as well be the whole name of another stack, so that only the bucket's tags tell.
 */
async function bucketsOf(client: S3Client, stack: string): Promise<string[]> {
  const here = { Prefix: stack.slice(0, LEAST_OF_A_NAME), BucketRegion: await client.config.region() };
  const names = await collect(paginateListBuckets({ client }, here), ({ Buckets }) => Buckets?.map(({ Name }) => Name));
  const found: string[] = [];
  for (const name of names) {
    const [beginning = '', rest] = name.split('-storagebucket');
    const isCut = beginning !== stack && beginning.length >= LEAST_OF_A_NAME && stack.startsWith(beginning);
    if (rest !== undefined && (isCut ? (await stackOf(client, name)) === stack : beginning === stack)) found.push(name);
  }
  return found;
}

/** The stack that made a bucket, by the tag of CloudFormation; it stays when the stack is deleted. */
async function stackOf(client: S3Client, Bucket: string): Promise<string | undefined> {
  try {
    const { TagSet } = await client.send(new GetBucketTaggingCommand({ Bucket }));
    return TagSet?.find(({ Key }) => Key === 'aws:cloudformation:stack-name')?.Value;
  } catch (error) {
    if ((error as Error).name === 'NoSuchTagSet') return undefined;
    throw error;
  }
}

async function collect<Page>(
  pages: AsyncIterable<Page>,
  idsOf: (page: Page) => (string | undefined)[] | undefined,
): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) found.push(...(idsOf(page) ?? []).filter((id) => id !== undefined));
  return found;
}
