import { indexProblem } from '../jobs/index-problem';
import { rebuildIndex } from '../jobs/rebuild-index';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

const store = async (context: Context) => ({ s3: await context.s3(), bucket: (await context.system()).bucket });

/** Whether the index has every job, as far as a few samples tell. */
export async function indexComplete(context: Context): Promise<Finding> {
  const found = await indexProblem(await store(context));
  return found ? problem(found, 'lambda-ec2 doctor --fix') : ok('lambda-ec2 list shows every job');
}

/** Makes it complete, and says how much that was. Takes as long as reading every status does. */
export async function rebuild(context: Context): Promise<string> {
  const { statuses, mended } = await rebuildIndex(await store(context));
  return `the index of jobs is complete: ${statuses} statuses read, ${mended} entries put right`;
}
