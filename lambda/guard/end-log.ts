import { type EC2Client, GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorMessage } from '../shared/error-message';

/** More of a live log than this is left to the object's earlier version. */
const MAX_LIVE_BYTES = 4 * 1024 * 1024;

/** What an ended instance's log is put together from. */
export interface EndLogParts {
  bucket: string;
  /** Where the runner may have pushed its log while it ran; unset when it never did. */
  liveKey?: string;
  instanceId: string;
  /** The guard's own. */
  lines: string[];
}

/**
 * The text of `{job_id}_ec2.log` for an instance that wrote no end to it: what it had pushed so far, the guard's lines,
 * and the console output, which EC2 keeps for an hour after the end. Undefined when what it had pushed cannot be read:
 * then that stays as it is. Never throws: a record without a log is better than none.
 */
export async function endLog(
  clients: { ec2: EC2Client; s3: S3Client },
  { bucket, liveKey, instanceId, lines }: EndLogParts,
): Promise<string | undefined> {
  const [live, console] = await Promise.all([
    liveKey ? liveLog(clients.s3, bucket, liveKey) : '',
    consoleOutput(clients.ec2, instanceId),
  ]);
  return live === undefined ? undefined : `${withNewline(live)}${lines.join('\n')}\n${withNewline(console)}`;
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

/** Empty when there is none; undefined when S3 does not tell. */
async function liveLog(s3: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=-${MAX_LIVE_BYTES}` }));
    const text = (await object.Body?.transformToString()) ?? '';
    const whole = (object.ContentRange ?? 'bytes 0-').startsWith('bytes 0-');
    return whole ? text : `(the beginning is in the earlier version of this object)\n${text}`;
  } catch (error) {
    // An empty object has no range.
    return ['NoSuchKey', 'InvalidRange'].includes((error as Error).name) ? '' : undefined;
  }
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
