import type { _InstanceType, RunInstancesCommandInput, Tag } from '@aws-sdk/client-ec2';
import type { LaunchEnv } from '../../contract/function-env';
import { formatJobLine, type JobRun } from '../../contract/job-line';
import { jobLineTags } from '../../contract/job-line-tags';
import { displayValue, JOB_TAG, JOB_TOKEN_TAG, STACK_TAG } from '../../contract/tags';
import { clientToken, jobToken } from '../../contract/token';
import type { Candidate } from './candidates';

/** What RunInstances is asked for: a job, on one candidate, from one launch template version. */
export interface LaunchOrder {
  job: JobRun;
  jobId: string;
  /** Unset: the default version. */
  templateVersion?: string;
  candidate: Candidate;
  /** What makes the ClientToken of this candidate different from the others'. */
  tokenNumber: number;
}

/**
 * The one call of the normal path. Everything else about the instance stands in the launch template.
 *
 * Byte-identical for the same order: no clock, no randomness. Settings tags come from the template; EC2 adds the tags
 * of a request to them ("Launch instances from a launch template", EC2 User Guide: nested parameters of a request come on
 * top). They are not sent again: those of the default version are not known here, and those of the last deploy would
 * undo an override. The stack tag is sent again, because it is what the guard finds the instance by; the job line
 * is repeated in tags, because the guard must know the job of an instance that is gone.
 */
export function launchRequest(env: LaunchEnv, order: LaunchOrder): RunInstancesCommandInput {
  const { job, jobId, candidate } = order;
  const tags: Tag[] = [
    { Key: 'Name', Value: displayValue(`${env.stackName} ${jobId}`) },
    { Key: STACK_TAG, Value: env.stackName },
    { Key: JOB_TAG, Value: displayValue(jobId) },
    { Key: JOB_TOKEN_TAG, Value: jobToken(job) },
  ];
  const line: Tag[] = Object.entries(jobLineTags(job)).map(([Key, Value]) => ({ Key, Value }));
  return {
    LaunchTemplate: { LaunchTemplateId: env.templateId, Version: order.templateVersion ?? '$Default' },
    MinCount: 1,
    MaxCount: 1,
    ClientToken: clientToken(job, order.tokenNumber),
    UserData: Buffer.from(formatJobLine(job)).toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [...tags, ...line] },
      { ResourceType: 'volume', Tags: tags },
    ],
    SubnetId: candidate.subnetId,
    InstanceType: candidate.instanceType as _InstanceType | undefined,
  };
}
