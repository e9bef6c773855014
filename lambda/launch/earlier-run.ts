import { type EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { JobRun } from '../../contract/job-line';
import { compareStatus } from '../../contract/status';
import { JOB_TOKEN_TAG } from '../../contract/tags';
import { jobToken } from '../../contract/token';
import type { StoredStatus } from '../shared/record';

/** Where to look for what an earlier delivery of a message left. */
export interface EarlierRunSources {
  ec2: EC2Client;
  /** What lies at the key of a job's status. */
  readStatus(bucket: string, jobId: string): Promise<StoredStatus>;
}

/**
 * `had`: the run needs no instance any more. `unknown`: whether it had one is not to be known, and it must not get a
 * second.
 */
export type EarlierRun = { kind: 'none' } | { kind: 'had' | 'unknown'; message: string };

/**
 * What an earlier delivery of this very run left.
 *
 * First an instance in any state, because idempotency by ClientToken ends at the subnet and about a day after the
 * instance; then the status object, because EC2 forgets a terminated instance within the hour. A status that cannot be
 * read may be this run's.
 */
export async function findEarlierRun(sources: EarlierRunSources, job: JobRun, jobId: string): Promise<EarlierRun> {
  const filter = { Name: `tag:${JOB_TOKEN_TAG}`, Values: [jobToken(job)] };
  for await (const page of paginateDescribeInstances({ client: sources.ec2 }, { Filters: [filter] })) {
    const instance = page.Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0];
    if (instance) return had(`instance ${instance.InstanceId} (${instance.State?.Name}) was launched for it before`);
  }

  const stored = await sources.readStatus(job.bucket, jobId);
  if (stored.kind === 'none') return { kind: 'none' };
  if (stored.kind === 'unreadable') {
    const message =
      'whether an earlier delivery of the upload ran is not known, because the status of the job could not be read; see whatever lies beside it, then upload the input again (lambda-ec2 rerun)';
    return { kind: 'unknown', message };
  }
  const { status } = stored;
  const order = compareStatus(status, job);
  if (order > 0) return had('a newer upload or attempt has taken its place');
  return order === 0 && status.state !== 'WAITING' ? had(`its status is ${status.state} already`) : { kind: 'none' };
}

function had(message: string): EarlierRun {
  return { kind: 'had', message };
}
