import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { JobLine } from '../../contract/job-line';
import { compareRuns } from '../../contract/order';
import type { Status } from '../../contract/status';
import { JOB_TOKEN_TAG } from '../../contract/tags';
import { jobToken } from '../../contract/token';

/** Where an earlier delivery of a message may have left traces. */
export interface Traces {
  ec2: Pick<EC2Client, 'send'>;
  /** The stored status of a job, if there is a readable one. */
  readStatus(bucket: string, jobId: string): Promise<Status | undefined>;
}

/**
 * What an earlier delivery of this very run left, as a sentence, or undefined when it left nothing.
 *
 * First an instance in any state, because idempotency by ClientToken ends at the subnet and about a day after the
 * instance; then the status object, because EC2 forgets a terminated instance within the hour.
 */
export async function findEarlierRun(traces: Traces, job: JobLine, jobId: string): Promise<string | undefined> {
  const filter = { Name: `tag:${JOB_TOKEN_TAG}`, Values: [jobToken(job)] };
  let NextToken: string | undefined;
  do {
    const page = await traces.ec2.send(
      new DescribeInstancesCommand({ Filters: [filter], ...(NextToken && { NextToken }) }),
    );
    const instance = page.Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0];
    if (instance) return `instance ${instance.InstanceId} (${instance.State?.Name}) was launched for it before`;
    NextToken = page.NextToken;
  } while (NextToken); // a filtered page may be empty and still have a next one

  const status = await traces.readStatus(job.bucket, jobId);
  if (!status) return undefined;
  const order = compareRuns({ sequencer: status.input_sequencer ?? '', attempt: status.attempt }, job);
  if (order > 0) return 'a newer upload or attempt has taken its place';
  return order === 0 && status.state !== 'WAITING' ? `its status is ${status.state} already` : undefined;
}
