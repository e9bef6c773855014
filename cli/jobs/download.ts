import { EXIT, UserError } from '../../contract/user-error';
import { confirm } from '../shared/confirm';
import type { Globals } from '../shared/globals';
import { interruptible } from '../shared/interrupt';
import { isOfJob } from '../shared/out-folder';
import { print } from '../shared/print';
import { findJob } from './find-job';
import { jobLine } from './job-line';
import { findJobSystem, type JobSystem } from './job-system';
import { filesInTheWay, type SavedFiles, saveOutputs } from './save-outputs';

/** `download`: what a job left, into a folder. Returns the exit status: 5 when it has left nothing yet. */
export async function download(id: string, dir: string, options: Globals): Promise<number> {
  const system = await findJobSystem(options);
  const { jobId } = await findJob(system, id);
  const inTheWay = filesInTheWay(jobId, dir);
  if (inTheWay.length > 0 && !(await confirm(`Replace ${inTheWay.join(', ')}?`, options))) {
    throw new UserError('nothing was downloaded: give another folder');
  }
  if (inTheWay.length > 0 && options.yes && !isOfJob(dir, jobId)) {
    process.stderr.write(`replacing ${inTheWay.join(', ')}, which no download of ${jobId} left there\n`);
  }
  return interruptible((signal) => save(system, jobId, dir, options, signal));
}

async function save(
  system: JobSystem,
  jobId: string,
  dir: string,
  options: Globals,
  signal: AbortSignal,
): Promise<number> {
  try {
    const files = await saveOutputs(system, jobId, dir, { signal, quiet: options.quiet });
    if (Object.keys(files).length === 0) {
      throw new UserError(
        `the job ${jobId} has left nothing yet: ${jobLine(system, 'show', jobId)} says why`,
        EXIT.missing,
      );
    }
    print(
      options.json
        ? savedJson(jobId, files)
        : Object.values(files)
            .map((file) => `${file}\n`)
            .join(''),
    );
    return EXIT.done;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UserError('interrupted: what is in the folder is whole', EXIT.interrupted);
  }
}

/** The files as JSON; null for one that the job has not left. */
function savedJson(jobId: string, { output, ec2Log, appLog, status }: SavedFiles) {
  const files = { output: output ?? null, ec2_log: ec2Log ?? null, app_log: appLog ?? null, status: status ?? null };
  return { job_id: jobId, files };
}
