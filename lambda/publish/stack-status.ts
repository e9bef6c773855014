import type { DeployRequest } from './custom-resource';
import type { Incoming } from './decide';

/** The statuses of a stack that is being deployed. */
const DEPLOYING: readonly string[] = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];

/**
 * What a request of CloudFormation means, by the status of its stack: a deploy, the roll-back of one, or nothing when
 * the operation is over, because an invocation can be delivered hours late.
 *
 * A roll-back is an ordinary Update with the old properties; only the stack's status tells it apart ("Stack status
 * codes", CloudFormation User Guide).
 */
export function deployOrRollBack(request: DeployRequest, stackStatus: string): Incoming | undefined {
  const version = request.ResourceProperties.LatestVersionNumber;
  const isUnderWay = DEPLOYING.includes(stackStatus);
  if (request.RequestType === 'Create') return isUnderWay ? { origin: 'deploy', version } : undefined;
  const before = request.OldResourceProperties.LatestVersionNumber;
  if (stackStatus === 'UPDATE_ROLLBACK_IN_PROGRESS') return { origin: 'rollback', version, undoes: before };
  return isUnderWay ? { origin: 'deploy', version, previous: before } : undefined;
}
