import { scheduledJobId } from '../../contract/scheduled-job';
import { wholeSeconds } from '../../contract/time';
import { UserError } from '../../contract/user-error';
import { prepareInput } from '../jobs/input';
import { findJobSystem } from '../jobs/job-system';
import { startJob } from '../jobs/start-job';
import { afterStart } from '../jobs/submit';
import { untilStarted } from '../jobs/until-started';
import { uploadFile } from '../jobs/upload-file';
import { checkWaitOptions, type WaitOptions } from '../jobs/wait-for-job';
import { interruptible } from '../shared/interrupt';
import { findSchedule } from './find-schedule';

export interface RunScheduleOptions extends WaitOptions {
  /** A file or folder that becomes the input of the schedule before. */
  input?: string;
}

/**
 * `schedule run`: copies the input of a schedule as EventBridge Scheduler does at its time, with the present time in the
 * job id. Returns the exit status; of a job that is waited for its outcome.
 *
 * @throws UserError when there is no such schedule, or its input is not there
 */
export async function runSchedule(name: string, options: RunScheduleOptions): Promise<number> {
  checkWaitOptions(options);
  const system = await findJobSystem(options);
  const { bucket, s3 } = system;
  const { input: key } = findSchedule(system, name);
  const jobId = scheduledJobId(name, wholeSeconds(new Date().toISOString()));
  return interruptible(async (signal) => {
    const { job } = await untilStarted(signal, async () => {
      const { quiet } = options;
      if (options.input !== undefined) await uploadInput(options.input, { bucket, key, signal, quiet });
      return { system, job: await startJob(system, { jobId, input: { kind: 'object', bucket, key }, signal, quiet }) };
    });
    return afterStart(system, job, options, signal);
  });

  async function uploadInput(given: string, target: Parameters<typeof uploadFile>[2]): Promise<void> {
    const prepared = await prepareInput(given, name, target.signal);
    try {
      if (prepared.input.kind === 'object') throw new UserError(`--input ${given}: give a file or a folder`);
      await uploadFile(s3, prepared.input.file, target);
    } finally {
      prepared.remove();
    }
  }
}
