import {
  ListWorkflowExecutionsCommand,
  ListWorkflowStepExecutionsCommand,
  type WorkflowExecutionMetadata,
} from '@aws-sdk/client-imagebuilder';
import { type Bake, listBakes } from './bakes';
import type { BakeContext } from './context';

/** The image's state while a workflow runs. */
const STATES: Readonly<Record<string, string>> = { BUILD: 'BUILDING', TEST: 'TESTING', DISTRIBUTION: 'DISTRIBUTING' };

async function workflowsOf({ imagebuilder }: BakeContext, arn: string): Promise<WorkflowExecutionMetadata[]> {
  const answer = await imagebuilder.send(new ListWorkflowExecutionsCommand({ imageBuildVersionArn: arn }));
  return answer.workflowExecutions ?? [];
}

/**
 * How many seconds each state took in the newest bake that came out well, by the state's name; empty before the first.
 * Image Builder itself keeps no other record of it.
 */
export async function usualSeconds(context: BakeContext): Promise<Record<string, number>> {
  const last = (await listBakes(context)).find(({ status }) => status === 'AVAILABLE');
  if (!last) return {};
  const seconds: Record<string, number> = {};
  for (const { type = '', startTime = '', endTime = '' } of await workflowsOf(context, last.arn)) {
    const took = (Date.parse(endTime) - Date.parse(startTime)) / 1000;
    const state = STATES[type];
    if (state && took >= 0) seconds[state] = (seconds[state] ?? 0) + took;
  }
  return seconds;
}

export interface FailedStep {
  /** `build`, `test` or `distribution`. */
  workflow: string;
  step: string;
  message: string;
}

/** The step at which a bake failed; undefined when it failed outside of any, such as for lack of a permission. */
export async function failedStep(context: BakeContext, { arn }: Bake): Promise<FailedStep | undefined> {
  for (const { type = '', status, workflowExecutionId } of await workflowsOf(context, arn)) {
    if (status !== 'FAILED' && status !== 'ROLLBACK_COMPLETED' && status !== 'ROLLBACK_IN_PROGRESS') continue;
    const command = new ListWorkflowStepExecutionsCommand({ workflowExecutionId });
    const { steps = [] } = await context.imagebuilder.send(command);
    const failed = steps.find((step) => step.status === 'FAILED');
    if (failed) return { workflow: type.toLowerCase(), step: failed.name ?? '', message: failed.message ?? '' };
  }
  return undefined;
}
