import { readdirSync } from 'node:fs';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { outputKeys } from '../../contract/keys';
import { isFinal, parseStatus } from '../../contract/status';
import type { LocalJob } from '../jobs/local-job';

/** What has become of a job whose runner was killed. */
export interface Judged {
  /** SUCCEEDED, or the reason of the failure. */
  ending: string;
  attempt: number;
  /** What is not as promised, a sentence each. */
  holes: string[];
}

/** @param runs a folder with a file for each time that the app began, `{job_id}.{anything}` */
export async function judge(job: LocalJob, jobId: string, runs: string): Promise<Judged> {
  const keys = outputKeys(jobId);
  const status = parseStatus(String(await job.object(keys.status)));
  if (!status) return { ending: 'none', attempt: 0, holes: ['there is no record that can be read'] };
  const began = readdirSync(runs).filter((name) => name.startsWith(`${jobId}.`)).length;
  const succeeded = status.state === 'SUCCEEDED';
  const holes = [
    isFinal(status.state) ? '' : `the record is not final: ${status.state}`,
    began > 1 ? `the app began ${began} times` : '',
    succeeded && began === 0 ? 'it succeeded without a run' : '',
    succeeded && !(await job.object(keys.output)) ? 'it succeeded without an output' : '',
    (await job.object(keys.ec2Log)) ? '' : 'there is no log',
  ];
  const ending = succeeded ? status.state : (status.reason ?? status.state);
  return { ending, attempt: status.attempt, holes: holes.filter(Boolean) };
}

/** The instances that are not at their end. */
export async function left({ machine }: LocalJob): Promise<string[]> {
  const { Reservations = [] } = await machine.ec2.send(new DescribeInstancesCommand({}));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return instances.filter(({ State }) => State?.Name !== 'terminated').map(({ InstanceId }) => InstanceId ?? '');
}
