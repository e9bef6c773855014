import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { parseInputKey } from '../../contract/keys';
import { SCHEDULED_TIME } from '../../contract/scheduled-job';
import { recordWithoutInstance } from '../shared/job-failure';
import { parseJson } from '../shared/parse-json';
import { writeRecord } from '../shared/record';
import { clip } from '../shared/text';
import type { GuardDependencies } from './conclude-job';
import type { DeadLetter } from './dead-letter-queue';
import { notifyJobFailed } from './notify-job-failed';

/** A run of a schedule whose input EventBridge Scheduler could not copy. */
interface MissedRun {
  schedule: string;
  bucket: string;
  /** Of the input of the job that should have been. */
  key: string;
  source: string;
  /** In S3's words. */
  why: string;
}

/** What CopyObject was called with (infra/schedules.ts). */
const callSchema = z.looseObject({ Bucket: z.string(), CopySource: z.string(), Key: z.string() });

/**
 * The missed run that a dead letter tells of, or undefined when it is another message. Its body is what the target was
 * called with, its attributes say of which schedule and why ("Configuring a schedule's dead-letter queue in EventBridge
 * Scheduler", EventBridge Scheduler User Guide).
 */
export function parseMissedRun({ body, attributes }: DeadLetter): MissedRun | undefined {
  const attribute = (name: string) => attributes[name] ?? '';
  const schedule = attribute('SCHEDULE_ARN').split('/').at(-1);
  if (!schedule) return undefined;
  const { success, data } = callSchema.safeParse(parseJson(body));
  if (!success) return undefined;
  const why = [attribute('ERROR_CODE'), attribute('ERROR_MESSAGE')].filter(Boolean).join(': ');
  // Nothing documents whether the body has the time or the keyword for it.
  const key = data.Key.replace(SCHEDULED_TIME, attribute('SCHEDULED_TIME'));
  const source = data.CopySource.slice(data.CopySource.indexOf('/') + 1);
  return { schedule, bucket: data.Bucket, key, source, why: clip(why || 'Scheduler says no more') };
}

/**
 * Writes the record of the job that did not come about, and tells people; nothing when the copy was made after all, of
 * which only the answer was lost. Throws the S3 error when S3 does not answer.
 */
export async function recordMissedRun(deps: GuardDependencies, run: MissedRun): Promise<void> {
  const { bucket, key, schedule } = run;
  const parsed = parseInputKey(key);
  const facts = { key, schedule, why: run.why };
  if (!parsed.ok || bucket !== deps.env.bucket) return deps.logger.error('dead_letter.dropped', { ...facts, bucket });
  if (await exists(deps.s3, bucket, key))
    return deps.logger.info('dead_letter.skipped', { ...facts, why: 'the input was copied after all' });
  const message = await messageOf(deps, run);
  const job = { bucket, key, versionId: '', sequencer: '', attempt: 1 };
  const record = recordWithoutInstance(
    job,
    parsed.job,
    { state: 'FAILED', reason: 'INPUT_UNREADABLE', message },
    deps.now(),
  );
  const result = await writeRecord(deps.s3, record);
  const recorded = { jobId: parsed.job.jobId, reason: 'INPUT_UNREADABLE' };
  if (result !== 'written') return deps.logger.info('record.kept', { ...recorded, result });
  deps.logger.error('dead_letter.recorded', { ...facts, ...recorded });
  await notifyJobFailed(deps, bucket, record.status);
}

/** Without a right to list, which the schedule has not, S3 says AccessDenied of an object that is not there. */
async function messageOf({ s3 }: GuardDependencies, { schedule, bucket, source, why }: MissedRun): Promise<string> {
  const input = `s3://${bucket}/${source}`;
  const again = `then start a job of it now with lambda-ec2 schedule run ${schedule}, or wait for its next time`;
  if (!(await exists(s3, bucket, source)))
    return `The schedule ${schedule} has no input: ${input} does not exist; upload it, ${again}`;
  return `The schedule ${schedule} could not copy its input ${input} (${why}); see that S3 lets its role read and write, ${again}`;
}

async function exists(s3: S3Client, Bucket: string, Prefix: string): Promise<boolean> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
  return Contents?.[0]?.Key === Prefix;
}
