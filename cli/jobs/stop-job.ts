import { setTimeout as pause } from 'node:timers/promises';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { JobRun } from '../../contract/job-line';
import { parseInputKey } from '../../contract/keys';
import type { Status } from '../../contract/status';
import { EXIT, UserError } from '../../contract/user-error';
import { endInstancesOf } from '../../lambda/guard/end-instances';
import { findJobInstances } from '../../lambda/guard/job-instance';
import { cancelJob } from '../../lambda/shared/cancel-job';
import { commandLine } from '../shared/command-line';
import { jobWithId } from './find-job';
import type { JobSystem } from './job-system';

/** What became of a job that was to be stopped. */
export interface Stopped {
  jobId: string;
  /** False: it had ended before. */
  isStopped: boolean;
  status: Status;
  /** The instances that were ended with it. */
  instances: string[];
}

/** An upload becomes an instance or a record that says why not within seconds. */
const PATIENCE_MS = 120_000;
const POLL_MS = 500;

/**
 * Ends a job that waits or runs: first its record, so that nothing starts it any more, then its instance.
 *
 * @throws UserError when what it is cannot be told, and the SDK's error when AWS refuses; doing it again is harmless
 */
export async function stopJob(
  system: JobSystem,
  ec2: EC2Client,
  jobId: string,
  { who, onWait }: { who: string; onWait?(jobId: string): void },
): Promise<Stopped> {
  const owner = { stackName: system.name, templateId: system.templateId };
  const giveUp = Date.now() + PATIENCE_MS;
  for (let look = 1; ; look++) {
    const job = await jobWithId(system, jobId);
    // The record is that of an earlier upload, or there is none: the instance knows which run it has.
    const found = job?.status ? undefined : await runOfInstance(ec2, owner, jobId);
    const run = found && { ...found, submitted: job?.submitted };
    if (job?.status || run) {
      const result = await cancelJob(system.s3, { bucket: system.bucket, jobId, who, now: Date.now(), run });
      if (result.kind === 'cancelled' || result.kind === 'ended') {
        // Of a job that has ended as well: its instance may not have been able to power itself off.
        const instances = await endInstancesOf(ec2, owner, result.run);
        return { jobId, isStopped: result.kind === 'cancelled', status: result.status, instances };
      }
    }
    if (Date.now() > giveUp) throw unseen(system, jobId, job?.isUnreadable);
    if (look === 1 && !job?.isUnreadable) onWait?.(jobId);
    await pause(POLL_MS);
  }
}

/** The newest run of a job that has an instance which has not ended. */
async function runOfInstance(
  ec2: EC2Client,
  owner: { stackName: string; templateId: string },
  jobId: string,
): Promise<JobRun | undefined> {
  const instances = await findJobInstances(ec2, owner);
  return instances
    .filter(({ state, job }) => job && ['pending', 'running'].includes(state) && isOf(job, jobId))
    .sort((a, b) => b.launchTime.getTime() - a.launchTime.getTime())[0]?.job;
}

function isOf({ key }: JobRun, jobId: string): boolean {
  const parsed = parseInputKey(key);
  return parsed.ok && parsed.job.jobId === jobId;
}

function unseen(system: JobSystem, jobId: string, isUnreadable = false): UserError {
  return isUnreadable
    ? new UserError(
        `the status of ${jobId} cannot be read, so which run it is cannot be told: end its instance`,
        EXIT.unknown,
      )
    : new UserError(
        `${jobId} has neither a record nor an instance: its upload may still lie in the queue; try again, or see ${commandLine(system, 'list', '--missing')}`,
        EXIT.unknown,
      );
}
