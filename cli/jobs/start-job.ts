import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { indexKey } from '../../contract/job-index';
import { inputKey } from '../../contract/keys';
import { isFinal, type Status } from '../../contract/status';
import { UserError } from '../../contract/user-error';
import { copyObject } from './copy-object';
import { jobWithId } from './find-job';
import type { Input } from './input';
import { jobLine } from './job-line';
import type { JobSystem } from './job-system';
import { uploadFile } from './upload-file';

export interface JobRequest {
  jobId: string;
  input: Input;
  /** The launch template version to start from; the default one when absent. */
  templateVersion?: string;
  /** What {@link refuseUnderWay} has found. */
  earlier?: Status;
  signal?: AbortSignal;
  quiet?: boolean;
}

/** A job whose input is uploaded. */
export interface StartedJob {
  jobId: string;
  inputKey: string;
  /** Empty in a bucket without versions. */
  inputVersion: string;
  templateVersion?: string;
  /** The status that was there before. */
  earlier?: Status;
}

/**
 * Uploads the input of a job, which starts it. The index gets its entry before, so that the job is listed at once; the
 * entry goes again when nothing was uploaded.
 */
export async function startJob(system: JobSystem, request: JobRequest): Promise<StartedJob> {
  const { jobId, input, templateVersion, earlier } = request;
  const target = { bucket: system.bucket, key: inputKey(jobId, templateVersion) };
  const noted = await noteSubmission(system, jobId, templateVersion);
  try {
    const inputVersion =
      input.kind === 'file'
        ? await uploadFile(system.s3, input.file, { ...target, signal: request.signal, quiet: request.quiet })
        : await copyObject(system.s3, input, target, request.signal);
    return { jobId, inputKey: target.key, inputVersion, templateVersion, earlier };
  } catch (error) {
    await system.s3.send(new DeleteObjectCommand({ Bucket: system.bucket, Key: noted })).catch(() => undefined);
    throw error;
  }
}

/**
 * The status of the job that had the id before, if there was one.
 *
 * @throws UserError when it is under way and is not to be replaced
 */
export async function refuseUnderWay(
  system: JobSystem,
  { jobId, replace }: { jobId: string; replace?: boolean },
): Promise<Status | undefined> {
  const job = await jobWithId(system, jobId);
  const status = job?.status ?? job?.earlier;
  const isUnderWay = job && !(job.status && isFinal(job.status.state));
  if (!isUnderWay || replace) return status;
  const without = job.isUnreadable ? 'there, with a status that cannot be read' : 'without a record yet';
  const follow = jobLine(system, 'logs', jobId, '-f');
  throw new UserError(
    `the job ${jobId} is ${job.status?.state ?? without}: choose another id with --id, wait for it (${follow}), or give --replace, and the newer upload takes its place`,
  );
}

/** The key of the entry. That it could not be written is no reason to start nothing: the index follows the records. */
async function noteSubmission({ s3, bucket }: JobSystem, jobId: string, version?: string): Promise<string> {
  const Key = indexKey({
    job_id: jobId,
    state: 'WAITING',
    reason: null,
    attempt: 1,
    submitted: new Date().toISOString(),
    started: null,
    ended: null,
    cost_estimate_usd: null,
    git_commit: null,
    template_version: version ?? null,
  });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '', ContentLength: 0 })).catch(() => undefined);
  return Key;
}
