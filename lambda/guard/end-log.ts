import { type EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Status } from '../../contract/status';
import { errorMessage } from '../shared/error-message';
import { describeEnd } from './cause';
import type { JobInstance } from './job-instance';

/** More of a live log than this is left to the object's earlier version. */
const MAX_LIVE_BYTES = 4 * 1024 * 1024;

/** What an ended instance's log is put together from. */
export interface EndLogParts {
  /** What the runner had pushed while it ran. */
  live: string;
  instanceId: string;
  /** The guard's own. */
  lines: string[];
}

/**
 * The text of `{job_id}_ec2.log` for an instance that wrote no end to it: what it had pushed so far, the guard's lines,
 * and the console output, which EC2 keeps for an hour after the end. Never throws: a record without a log is better
 * than none.
 */
export async function endLog(ec2: EC2Client, { live, instanceId, lines }: EndLogParts): Promise<string> {
  const console = await consoleOutput(ec2, instanceId);
  return `${withNewline(live)}${lines.join('\n')}\n${withNewline(console)}`;
}

/** The guard's own lines: what the record says, and what EC2 says of the end. */
export function guardLines(instance: JobInstance, { updated, reason, message }: Status): string[] {
  return [`${reason}: ${message}`, describeEnd(instance)].map((text) => `${updated} lambda-ec2 guard: ${text}`);
}

async function consoleOutput(ec2: EC2Client, InstanceId: string): Promise<string> {
  try {
    const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    if (Output === '') return `EC2 has no console output of ${InstanceId}`;
    return `--- console output of ${InstanceId} ---\n${Buffer.from(Output, 'base64').toString()}`;
  } catch (error) {
    return `EC2 does not give the console output of ${InstanceId} (${errorMessage(error)})`;
  }
}

/**
 * What a runner had pushed of its log, with the entity tag of the object; empty and without one when there is none.
 * Undefined when S3 does not tell: then it stays as it is.
 */
export async function readLiveLog(
  s3: S3Client,
  Bucket: string,
  Key: string,
): Promise<{ text: string; etag?: string } | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=-${MAX_LIVE_BYTES}` }));
    const text = (await object.Body?.transformToString()) ?? '';
    const whole = (object.ContentRange ?? 'bytes 0-').startsWith('bytes 0-');
    const beginning = whole ? '' : '(the beginning is in the earlier version of this object)\n';
    return { text: beginning + text, etag: object.ETag };
  } catch (error) {
    // An empty object has no range.
    return ['NoSuchKey', 'InvalidRange'].includes((error as Error).name) ? { text: '' } : undefined;
  }
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
