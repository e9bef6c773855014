import { parseInputKey } from '../../contract/keys';
import { deadlines } from '../../lambda/guard/deadline';
import { findJobInstances, type JobInstance } from '../../lambda/guard/job-instance';
import { jobLine } from '../jobs/job-line';
import type { System } from '../shared/system';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

/** Whether an instance of a job is there that should be gone, judged as the guard does. */
export async function pastDeadline(context: Context): Promise<Finding> {
  const system = await context.system();
  const { name: stackName, templateId } = system;
  const instances = await findJobInstances(await context.ec2(), { stackName, templateId });
  const there = instances.filter(({ state }) => state !== 'terminated' && state !== 'shutting-down');
  const late = there.filter((instance) => Date.now() >= deadlines(instance).end);
  if (late.length === 0) return ok(`${there.length} ${there.length === 1 ? 'instance' : 'instances'}, none too old`);
  const found = `past ${late.length === 1 ? 'its deadline' : 'their deadlines'}: ${late.map(({ id }) => id).join(', ')}`;
  return problem(found, [...new Set(late.map((one) => howToEnd(system, one)))].join('; '));
}

/** An instance without a readable job line is none that `stop` finds. */
function howToEnd(system: System, { id, job }: JobInstance): string {
  const key = job && parseInputKey(job.key);
  return key?.ok ? jobLine(system, 'stop', key.job.jobId) : `terminate ${id} in the EC2 console`;
}
