import { DescribeInstancesCommand, type EC2Client, type Instance, type InstanceStateName } from '@aws-sdk/client-ec2';
import type { JobRun } from '../../contract/job-line';
import { parseJobLineTags } from '../../contract/job-line-tags';
import { JOB_TOKEN_TAG, STACK_TAG, TEMPLATE_ID_TAG, TEMPLATE_VERSION_TAG } from '../../contract/tags';
import { type Owner, stackInstances } from '../shared/stack-instances';

/** An instance that the launcher started for a job. */
export interface JobInstance {
  id: string;
  state: InstanceStateName;
  /** Undefined when its tags hold no job line. */
  job: JobRun | undefined;
  token: string;
  launchTime: Date;
  /** Code and message of EC2's StateReason, and its StateTransitionReason; empty when there is none. */
  stateReason: string;
  stateMessage: string;
  transition: string;
  tags: Readonly<Record<string, string>>;
  imageId: string | null;
  instanceType: string | null;
  templateVersion: string | null;
}

/**
 * The instance as one of ours, or undefined when it is none.
 *
 * Stack tag and template together keep other stacks and Image Builder out. The job token keeps an instance out that a
 * person started from the template by hand: it has no job.
 */
export function asJobInstance(instance: Instance, owner: Owner): JobInstance | undefined {
  const tags = Object.fromEntries(instance.Tags?.map(({ Key = '', Value = '' }) => [Key, Value]) ?? []);
  const token = tags[JOB_TOKEN_TAG];
  if (tags[STACK_TAG] !== owner.stackName || tags[TEMPLATE_ID_TAG] !== owner.templateId || !token) return undefined;
  if (!instance.InstanceId || !instance.State?.Name || !instance.LaunchTime) return undefined;
  return {
    id: instance.InstanceId,
    state: instance.State.Name,
    job: parseJobLineTags(tags),
    token,
    launchTime: instance.LaunchTime,
    stateReason: instance.StateReason?.Code ?? '',
    stateMessage: instance.StateReason?.Message ?? '',
    transition: instance.StateTransitionReason ?? '',
    tags,
    imageId: instance.ImageId ?? null,
    instanceType: instance.InstanceType ?? null,
    templateVersion: tags[TEMPLATE_VERSION_TAG] ?? null,
  };
}

/** All instances of ours, ended ones too for as long as EC2 shows them; or those of one run, by its job token. */
export async function findJobInstances(ec2: EC2Client, owner: Owner, jobToken?: string): Promise<JobInstance[]> {
  const ofRun = jobToken ? [{ Name: `tag:${JOB_TOKEN_TAG}`, Values: [jobToken] }] : [];
  const instances = await stackInstances(ec2, owner, ofRun);
  return instances.flatMap((instance) => asJobInstance(instance, owner) ?? []);
}

/** One instance by its id, as EC2 shows it; undefined when EC2 knows it no more. */
export async function describeInstance(ec2: EC2Client, id: string): Promise<Instance | undefined> {
  try {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.flatMap(({ Instances = [] }) => Instances)[0];
  } catch (error) {
    if ((error as Error).name === 'InvalidInstanceID.NotFound') return undefined;
    throw error;
  }
}
