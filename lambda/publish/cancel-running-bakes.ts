import { FINAL_BAKE_STATES } from '../../contract/bake-states';
import { loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import type { Bakes } from './bakes';

/** Together well below the function's time. */
const ROUNDS = 20;
const ROUND_PAUSE = 4_000;

/**
 * Cancels every bake that is under way and waits a while for them to end: the instances of a bake use the stack's
 * subnet and security group, which CloudFormation could not delete. Throws the SDK's error when the bakes cannot be
 * listed.
 */
export async function cancelRunningBakes(deps: {
  bakes: Bakes;
  logger: Pick<EventLogger, 'info' | 'warn'>;
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
        deps.logger.info('bake.cancelled', { buildArn, status });
      } catch (error) {
        deps.logger.warn('bake.cancel_failed', { buildArn, status, error: loggedError(error) });
      }
    }
    await deps.pause(ROUND_PAUSE);
  }
  deps.logger.warn('bake.still_running', { cancelled: [...asked] });
}
