import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from '@aws-sdk/client-ec2';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { durationSeconds } from '../../contract/duration';
import { inputKey, OUTPUT_PREFIX } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import { followLog } from '../jobs/follow-log';
import { interruptible } from '../shared/interrupt';
import { JobProgress } from '../shared/job-progress';
import { print } from '../shared/print';
import {
  type Check,
  checkDeadLetters,
  checkInstances,
  checkLogs,
  checkOutput,
  checkStatus,
  instancesOf,
  isGone,
  type VerifiedJob,
} from './checks';
import { exampleInput } from './example';
import { findTarget, type Target, type TargetOptions } from './target';
import { formatVerification, type Verification } from './verification';

export interface VerifyOptions extends TargetOptions {
  /** An input for the deployed app in place of the example's. */
  input?: string;
  /** How long the job may take in all, waiting included. */
  timeout: string;
  json?: boolean;
}

/** An instance is terminated a minute or two after it powers itself off. */
const GONE_SECONDS = 300;
const POLL_MS = 1000;

/**
 * `verify`: one job through the whole system, and every promise looked at. Returns the exit status:
 * 0 when all were kept.
 *
 * @throws UserError for what the user can fix: no stack, no credentials, a wrong option, a job that does not end.
 */
export function verify(options: VerifyOptions): Promise<number> {
  return interruptible((interrupt) => verified(options, interrupt));
}

async function verified(options: VerifyOptions, interrupt: AbortSignal): Promise<number> {
  const seconds = timeoutSeconds(options.timeout);
  const input = inputOf(options);
  const progress = new JobProgress();
  try {
    const target = await findTarget(options);
    try {
      const interrupted = AbortSignal.any([interrupt, ...(target.failed ? [target.failed] : [])]);
      const verification = await verifyTarget(target, input, { progress, seconds, interrupted }).catch((error) => {
        target.failed?.throwIfAborted();
        throw error;
      });
      progress.done();
      print(options.json ? verification : formatVerification(verification));
      return verification.ok ? 0 : 1;
    } finally {
      await target.close();
    }
  } catch (error) {
    if (interrupt.aborted)
      throw new UserError('interrupted: a job that was uploaded goes on by itself', EXIT.interrupted);
    throw error;
  } finally {
    progress.done();
  }
}

interface Watching {
  progress: JobProgress;
  seconds: number;
  interrupted: AbortSignal;
}

async function verifyTarget(target: Target, input: Buffer | undefined, watching: Watching): Promise<Verification> {
  const { progress } = watching;
  const job = await upload(target, input);
  progress.line(`uploaded ${inputKey(job.jobId)} to ${target.label}`);
  const status = await finalStatus(target, job, watching);
  const sequencer = status.input_sequencer ?? '';
  const instances = await whenGone(target, job, sequencer, watching.interrupted);
  const checks: Check[] = [
    checkStatus(status, job),
    await checkOutput(target, job, status),
    ...(await checkLogs(target, job)),
    ...checkInstances(instances, target.templateId),
    await checkDeadLetters(target),
  ];
  const started = status.phases?.find(({ name }) => name === 'app')?.start;
  return {
    ok: checks.every(({ ok }) => ok),
    target: target.label,
    job_id: job.jobId,
    runs_example: target.runsExample,
    outputs: target.remains ? `s3://${target.bucket}/${OUTPUT_PREFIX}${job.jobId}` : null,
    checks,
    seconds_to_app: started === undefined ? null : (Date.parse(started) - job.sent.getTime()) / 1000,
    status,
  };
}

/** Uploads the input under an id that nobody had before, so that nothing old can be taken for its outputs. */
async function upload({ s3, bucket, runsExample }: Target, input?: Buffer): Promise<VerifiedJob> {
  const jobId = `verify/${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(3).toString('hex')}`;
  const object = { Bucket: bucket, Key: inputKey(jobId) };
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ ...object, Body: input ?? (await exampleInput()) }));
  const sent = new Date();
  // By the clock of S3, which also dates the outputs.
  const { LastModified = new Date() } = await s3.send(new HeadObjectCommand(object));
  return {
    jobId,
    inputVersion: VersionId,
    sent,
    uploaded: LastModified,
    inputFits: runsExample || input !== undefined,
  };
}

async function finalStatus(
  target: Target,
  { jobId, inputVersion }: VerifiedJob,
  { progress, seconds, interrupted }: Watching,
): Promise<Status> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  let last: Status | undefined;
  const onStatus = (status: Status) => {
    last = status;
    progress.update(status);
  };
  try {
    const signal = AbortSignal.any([timeout, interrupted]);
    return await followLog(target, jobId, { run: { inputVersion }, onStatus, signal });
  } catch (error) {
    if (!timeout.aborted || interrupted.aborted) throw error;
    const state = last
      ? `it is ${last.state}: ${last.message}`
      : 'it has no status yet: look at the log of the launch function';
    throw new UserError(`the job ${jobId} did not end within ${seconds} seconds; ${state}`, EXIT.running);
  }
}

/** The job's instances, once all are gone or it is clear that one stays. */
async function whenGone(target: Target, job: VerifiedJob, sequencer: string, signal: AbortSignal): Promise<Instance[]> {
  const giveUp = Date.now() + GONE_SECONDS * 1000;
  for (;;) {
    const instances = await instancesOf(target, job, sequencer);
    if (instances.every(isGone) || Date.now() > giveUp) return instances;
    await pause(POLL_MS, undefined, { signal });
  }
}

function timeoutSeconds(text: string): number {
  try {
    return durationSeconds(text);
  } catch (error) {
    throw new UserError(`--timeout ${text}: ${(error as Error).message}`);
  }
}

function inputOf({ input, local, example }: VerifyOptions): Buffer | undefined {
  if (input === undefined) return undefined;
  if (local || example) throw new UserError('--input is for an app of your own: leave it out for the example app');
  try {
    return readFileSync(input);
  } catch {
    throw new UserError(`--input ${input}: there is no such file; give the zip file that the app shall read`);
  }
}
