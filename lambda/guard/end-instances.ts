import { type EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { JobRun } from '../../contract/job-line';
import { jobToken } from '../../contract/token';
import type { Owner } from '../shared/stack-instances';
import { findJobInstances } from './job-instance';

/**
 * Terminates every instance of ours that was launched for a run, and says which. None when they are gone already, or
 * when EC2 does not show one yet that was launched a moment ago: that one finds the record of its run and powers itself
 * off. Throws the EC2 error when EC2 refuses.
 */
export async function endInstancesOf(ec2: EC2Client, owner: Owner, run: JobRun): Promise<string[]> {
  const instances = await findJobInstances(ec2, owner, jobToken(run));
  const InstanceIds = instances.filter(({ state }) => state !== 'terminated').map(({ id }) => id);
  if (InstanceIds.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  return InstanceIds;
}
