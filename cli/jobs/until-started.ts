import { EXIT, UserError } from '../../contract/user-error';
import { goesOn } from './job-line';
import type { JobSystem } from './job-system';
import type { StartedJob } from './start-job';

/** A job that was started, and where. */
export interface Started {
  system: JobSystem;
  job: StartedJob;
}

/**
 * Starts a job, and says after an interrupt whether there is one.
 *
 * @throws UserError when interrupted (130): nothing was submitted, or the job goes on
 */
export async function untilStarted(interrupt: AbortSignal, start: () => Promise<Started>): Promise<Started> {
  const started = await start().catch((error: unknown) => {
    if (!interrupt.aborted) throw error;
    throw new UserError('interrupted: nothing was submitted', EXIT.interrupted);
  });
  if (!interrupt.aborted) return started;
  throw new UserError(`interrupted: ${goesOn(started.system, started.job.jobId)}`, EXIT.interrupted);
}
