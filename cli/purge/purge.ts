import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { S3Client } from '@aws-sdk/client-s3';
import { EXIT, UserError } from '../../contract/user-error';
import type { Purged } from '../json/purge';
import { awsClient } from '../shared/aws-client';
import { confirm } from '../shared/confirm';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { stackName, stackStatus } from '../shared/stack-outputs';
import { leftovers } from './leftovers';
import { remove } from './remove';

export interface PurgeOptions extends Globals {
  /** The name of the job bucket, to be deleted with all that is in it. */
  bucket?: string;
}

/**
 * `purge`: removes what a deleted stack has left, after asking; the job bucket only when it is named. Returns the exit
 * status: 1 when something could not be removed. Throws a UserError when the stack is there.
 */
export async function purge(options: PurgeOptions): Promise<number> {
  if (options.local) throw new UserError('--local: purge is for a deleted stack; local up keeps nothing when it ends');
  const stack = stackName(options.stack);
  await refuseAStackThatIsThere(stack);
  const client = await awsClient();
  const services = {
    ec2: new EC2Client(client),
    imagebuilder: new ImagebuilderClient(client),
    logs: new CloudWatchLogsClient(client),
    s3: new S3Client(client),
  };
  const found = await leftovers(services, stack);
  const wanted = { ...found, buckets: namedBucket(found.buckets, options.bucket) };
  const isEmpty = Object.values(wanted).every((ids) => ids.length === 0);
  // Whoever is asked sees what about.
  if (!isEmpty && !(options.quiet && options.yes)) process.stderr.write(listing(stack, wanted));
  const isAgreed = isEmpty || (await confirm('Remove all of this? It cannot be undone.', options));
  const outcome = !isEmpty && isAgreed ? await remove(services, wanted) : { removed: [], failed: [] };
  const result: Purged = { stack, found, ...outcome };
  print(options.json ? result : report(result));
  return outcome.failed.length > 0 ? EXIT.failed : EXIT.done;
}

async function refuseAStackThatIsThere(stack: string): Promise<void> {
  const status = await stackStatus(new CloudFormationClient(await awsClient()), stack);
  if (status === undefined) return;
  const remedy = status === 'DELETE_IN_PROGRESS' ? 'wait until it is gone' : 'delete it with npx cdk destroy';
  throw new UserError(
    `the stack ${stack} is ${status}, and purge removes what is left of a deleted one: ${remedy} first`,
  );
}

function namedBucket(found: readonly string[], name: string | undefined): string[] {
  if (name === undefined) return [];
  if (found.includes(name)) return [name];
  const there = found.length > 0 ? `there is ${found.join(', ')}` : 'there is none';
  throw new UserError(
    `--bucket ${name}: that is no job bucket which a stack of this name has made; ${there}`,
    EXIT.missing,
  );
}

function listing(stack: string, { images, builds, log_groups, buckets }: Purged['found']): string {
  const lines = [
    ...images.map((id) => `  AMI ${id}, with its snapshots`),
    ...builds.map((arn) => `  image build version ${arn}`),
    ...log_groups.map((name) => `  log group ${name}`),
    ...buckets.map((name) => `  bucket ${name}, with every input, output and log of all jobs`),
  ];
  return `What is left of the stack ${stack}:\n${lines.join('\n')}\n`;
}

function report({ stack, found, removed, failed }: Purged): string {
  const lines = failed.map(({ id, message }) => `${id} could not be removed: ${message}`);
  const kept = found.buckets.filter((name) => !removed.includes(name));
  const isNothing = Object.values(found).every((ids) => ids.length === 0);
  if (isNothing) lines.push(`nothing is left of the stack ${stack} in this account and Region`);
  else lines.push(`${removed.length} removed`);
  for (const name of kept) lines.push(`the bucket ${name} stays; --bucket ${name} removes it with all that is in it`);
  return `${lines.join('\n')}\n`;
}
