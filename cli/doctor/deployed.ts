import { EXIT, UserError } from '../../contract/user-error';
import { type Context, NoSystem } from './context';
import { type Finding, ok, problem, unknown } from './finding';
import { noRoomForVpc } from './vpc-room';

/** Whether the stack is there and its last deploy came to a good end. */
export async function deployed(context: Context): Promise<Finding> {
  try {
    const { name } = await context.system();
    const { StackStatus: status = 'unknown', StackStatusReason: reason } = await context.stack();
    const found = `${name} is ${status}${reason ? `: ${reason}` : ''}`;
    if (status.endsWith('_IN_PROGRESS')) return unknown(found, 'wait for the deploy to end, then ask again');
    if (status === 'UPDATE_ROLLBACK_FAILED') return problem(found, 'npx cdk rollback');
    // Of a first deploy nothing is left.
    if (/^(ROLLBACK_|CREATE_FAILED)/.test(status)) return problem(await withCause(found), 'npx cdk deploy');
    if (/ROLLBACK|FAILED/.test(status)) return problem(found, 'npx cdk deploy');
    return ok(found);
  } catch (error) {
    const cause = error instanceof NoSystem ? error.cause : error;
    if (cause instanceof UserError && cause.exitCode === EXIT.missing) {
      return problem(await withCause(cause.message), 'npx cdk deploy');
    }
    throw cause;
  }
}

/** With what would keep the next deploy from making a VPC; whoever may not look at that may still look at the stack. */
async function withCause(found: string): Promise<string> {
  const cause = await noRoomForVpc().catch(() => undefined);
  return cause ? `${found}; ${cause}` : found;
}
