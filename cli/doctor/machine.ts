import { problemWith } from '../../bin/requirements';
import { EXIT, UserError } from '../../contract/user-error';
import { readMachineFile } from '../../local/machine-file';
import { type Context, NoSystem } from './context';
import { type Finding, ok, problem } from './finding';

/** Whether the machine of `local up` runs. */
export async function machine(context: Context): Promise<Finding> {
  try {
    const { client } = await context.system();
    return ok(`local up runs as process ${readMachineFile()?.pid} at ${client.endpoint}`);
  } catch (error) {
    const cause = error instanceof NoSystem ? error.cause : error;
    if (cause instanceof UserError && cause.exitCode === EXIT.missing) {
      return problem('no machine of local up runs here', 'lambda-ec2 local up');
    }
    throw cause;
  }
}

/** Whether this machine has the programs that a local job needs. */
export async function programs(): Promise<Finding> {
  const lack = problemWith('job');
  if (!lack) return ok('this machine has what a local job needs');
  const at = lack.lastIndexOf(': ');
  return problem(lack.slice(0, at), lack.slice(at + 2));
}
