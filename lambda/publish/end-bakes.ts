import type { Logger } from '@aws-lambda-powertools/logger';
import { FINAL_BAKE_STATES } from '../../contract/bake-states';
import { errorMessage } from '../shared/error-message';
import type { Bakes } from './bakes';

/** Together well below the function's time. */
const ROUNDS = 20;
const ROUND_PAUSE = 4_000;

/**
 * Cancels every bake that is under way and waits a while for them to end: the instances of a bake use the stack's subnet
 * and security group, which CloudFormation could not delete. Throws the SDK's error when the bakes cannot be listed.
 */
export async function endBakes(deps: {
  bakes: Bakes;
  logger: Pick<Logger, 'info' | 'warn'>;
  pause(milliseconds: number): Promise<unknown>;
}): Promise<void> {
  const asked = new Set<string>();
  for (let round = 1; round <= ROUNDS; round++) {
    const running = (await deps.bakes.list()).filter(({ status }) => !FINAL_BAKE_STATES.includes(status));
    if (running.length === 0) return;
    for (const { buildArn, status } of running) {
      if (status === 'CANCELLING' || asked.has(buildArn)) continue;
      try {
        await deps.bakes.cancel(buildArn);
        asked.add(buildArn);
        deps.logger.info('cancelled a bake', { buildArn, status });
      } catch (error) {
        deps.logger.warn('could not cancel a bake', { buildArn, status, error: errorMessage(error) });
      }
    }
    await deps.pause(ROUND_PAUSE);
  }
  deps.logger.warn('bakes are still under way; the stack may have to be deleted again', { asked: [...asked] });
}
