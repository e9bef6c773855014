import { deadlines } from '../../lambda/guard/deadline';
import { findJobInstances } from '../../lambda/guard/job-instance';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

/** Whether an instance of a job is there that should be gone, judged as the guard does. */
export async function pastDeadline(context: Context): Promise<Finding> {
  const { name: stackName, templateId } = await context.system();
  const instances = await findJobInstances(await context.ec2(), { stackName, templateId });
  const there = instances.filter(({ state }) => state !== 'terminated' && state !== 'shutting-down');
  const late = there.filter((instance) => Date.now() >= deadlines(instance).end);
  if (late.length === 0) return ok(`${there.length} ${there.length === 1 ? 'instance' : 'instances'}, none too old`);
  const ids = late.map(({ id }) => id);
  const found = `past ${ids.length === 1 ? 'its deadline' : 'their deadlines'}: ${ids.join(', ')}`;
  return problem(found, `aws ec2 terminate-instances --instance-ids ${ids.join(' ')}`);
}
