import { type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { inputKey, outputKeys } from '../../contract/keys';
import { REASON_TABLE } from '../../contract/reasons';
import type { Status } from '../../contract/status';
import { JOB_TOKEN_TAG, TEMPLATE_ID_TAG } from '../../contract/tags';
import { jobToken } from '../../contract/token';
import { headObject } from '../../lambda/shared/head-object';
import { exampleOutputProblem } from './example';
import type { Target } from './target';
import { endsAsZip } from './zip-end';

/** One promise: kept or not, and what was found. */
export interface Check {
  promise: string;
  ok: boolean;
  found: string;
}

/** The job that was uploaded to see what becomes of it. */
export interface VerifiedJob {
  jobId: string;
  inputVersion: string;
  /** When the upload was done, by the clock of this machine. */
  sent: Date;
  /** The same by the clock of S3, in whole seconds. */
  uploaded: Date;
  /** Whether the app is known to be able to use this input. */
  inputFits: boolean;
}

const TAIL_BYTES = 65_536;

/** The final status: of this very upload, and a success where the input fits the app. */
export function checkStatus(status: Status, { inputFits }: VerifiedJob): Check {
  const promise = 'the job ends with a status that says how';
  const found = `${status.state}${status.reason ? `, ${status.reason}` : ''}: ${status.message}`;
  if (status.state === 'SUCCEEDED') return { promise, ok: true, found };
  // An app that cannot use a foreign input has failed; the system around it has not.
  const appsFault = status.reason ? REASON_TABLE[status.reason].fault === 'app' : false;
  return { promise, ok: !inputFits && appsFault, found };
}

/** The output: there exactly when the app made one, whole, newer than the upload and, of the example app, right. */
export async function checkOutput(target: Target, job: VerifiedJob, status: Status): Promise<Check> {
  const promise = 'the output is right and newer than the upload';
  const key = outputKeys(job.jobId).output;
  const object = await head(target, key);
  if (!object) {
    const ok = status.state !== 'SUCCEEDED' && !job.inputFits;
    return { promise, ok, found: `there is no ${key}${ok ? ', as it must be without a success' : ''}` };
  }
  const stale = staleness(object.modified, job);
  if (stale) return { promise, ok: false, found: `${key} ${stale}` };
  const problem = target.runsExample
    ? await exampleOutputProblem(await read(target, key))
    : endsAsZip(await read(target, key, `bytes=-${TAIL_BYTES}`), object.bytes)
      ? undefined
      : 'the output is no whole zip file';
  const kind = target.runsExample ? 'with the right sums' : 'a whole zip file';
  return { promise, ok: !problem, found: problem ?? `${key}, ${object.bytes} bytes, ${kind}` };
}

/** Both logs; an app other than the example need not write one. */
export async function checkLogs(target: Target, job: VerifiedJob): Promise<Check[]> {
  const { ec2Log, appLog } = outputKeys(job.jobId);
  const check = async (promise: string, key: string, needed: boolean): Promise<Check> => {
    const object = await head(target, key);
    if (!object)
      return { promise, ok: !needed, found: `there is no ${key}${needed ? '' : '; the app need not write one'}` };
    const stale = staleness(object.modified, job);
    if (stale) return { promise, ok: false, found: `${key} ${stale}` };
    return { promise, ok: object.bytes > 0, found: `${key}, ${object.bytes} bytes` };
  };
  return [
    await check("the instance's log is there and newer than the upload", ec2Log, true),
    await check("the app's log is there and newer than the upload", appLog, target.runsExample),
  ];
}

/** The instances that were ever started for the job, as EC2 still knows them: for about an hour after their end. */
export async function instancesOf(
  { ec2, bucket }: Target,
  { jobId, inputVersion }: VerifiedJob,
  sequencer: string,
): Promise<Instance[]> {
  const job = { bucket, key: inputKey(jobId), versionId: inputVersion, sequencer, attempt: 1 };
  const Filters = [{ Name: `tag:${JOB_TOKEN_TAG}`, Values: [jobToken(job)] }];
  const found: Instance[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters })) {
    found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  return found;
}

/** Exactly one instance, from the launch template, and gone. */
export function checkInstances(instances: Instance[], templateId: string): Check[] {
  const named = instances.map(({ InstanceId, State }) => `${InstanceId} (${State?.Name})`).join(', ') || 'none';
  const ours = instances.every(({ Tags = [] }) =>
    Tags.some(({ Key, Value }) => Key === TEMPLATE_ID_TAG && Value === templateId),
  );
  return [
    { promise: 'exactly one instance ran the job', ok: instances.length === 1 && ours, found: named },
    { promise: 'the instance is gone', ok: instances.length > 0 && instances.every(isGone), found: named },
  ];
}

/** True for an instance that will never run or cost again. */
export function isGone({ State }: Instance): boolean {
  return State?.Name === 'terminated';
}

/** Whether no message was given up: counts the dead-letter queue. */
export async function checkDeadLetters({ sqs, deadLetterQueueUrl }: Target): Promise<Check> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: [...names] }),
  );
  const count = names.reduce((total, name) => total + Number(Attributes[name] ?? 0), 0);
  return { promise: 'nothing is in the dead-letter queue', ok: count === 0, found: `${count} messages` };
}

function staleness(modified: Date, { uploaded }: VerifiedJob): string | undefined {
  if (modified >= uploaded) return undefined;
  return `is from ${modified.toISOString()}, before the upload at ${uploaded.toISOString()}`;
}

async function head({ s3, bucket }: Target, Key: string): Promise<{ bytes: number; modified: Date } | undefined> {
  const object = await headObject(s3, bucket, Key);
  return object && { bytes: object.ContentLength ?? 0, modified: object.LastModified ?? new Date(0) };
}

async function read({ s3, bucket }: Target, Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
