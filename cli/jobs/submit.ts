import { EXIT, UserError } from '../../contract/user-error';
import { onInterrupt } from '../shared/interrupt';
import { rememberJobs } from '../shared/known-jobs';
import { print } from '../shared/print';
import { quoted } from '../shared/quoted';
import { runningSystem } from '../shared/system';
import { prepareInput } from './input';
import { findJobSystem, type JobSystem } from './job-system';
import { jobVersion, type VersionOptions } from './job-version';
import { type StartedJob, startJob } from './start-job';
import { checkWaitOptions, type WaitOptions, waitForJob } from './wait-for-job';

export interface SubmitOptions extends WaitOptions, VersionOptions {
  id?: string;
  replace?: boolean;
  /** Of a machine that is started for the job. */
  app?: string;
}

/** `submit`: uploads an input, which starts a job. Returns the exit status; of a job that is waited for its outcome. */
export async function submit(given: string, options: SubmitOptions): Promise<number> {
  if (options.local && !runningSystem()) return runOnce(given, options);
  checkWaitOptions(options);
  if (options.app !== undefined) throw new UserError('--app is for --local without a machine running: leave it out');
  const prepared = await prepareInput(given, options.id);
  let job: StartedJob;
  const system = await findJobSystem(options);
  const interrupt = onInterrupt();
  try {
    const templateVersion = await jobVersion(system, prepared.jobId, options);
    const { signal } = interrupt;
    const { replace, quiet } = options;
    job = await startJob(system, { ...prepared, templateVersion, replace, signal, quiet });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new UserError('interrupted: nothing was submitted', EXIT.interrupted);
  } finally {
    interrupt.release();
    prepared.remove();
  }
  return afterStart(system, job, options);
}

/** Says the id of a job that was started, and stays with it when that is asked for. Returns the exit status. */
export async function afterStart(system: JobSystem, job: StartedJob, options: WaitOptions): Promise<number> {
  const stays = options.wait || options.follow;
  rememberJobs(system, [job.jobId]);
  if (!options.json) print(`${job.jobId}\n`);
  else if (!stays) print(startedJson(job));
  if (stays) return waitForJob(system, job, options);
  const local = system.isLocal ? ' --local' : '';
  const id = quoted(job.jobId);
  if (!options.quiet) process.stderr.write(`lambda-ec2 logs ${id} -f${local}\nlambda-ec2 show ${id}${local}\n`);
  return EXIT.done;
}

/** Without a machine that runs, the job gets one of its own. */
async function runOnce(given: string, options: SubmitOptions): Promise<number> {
  const { id, replace, settingsVersion, timeout, out, set, ref, app, json } = options;
  if (id !== undefined || replace || settingsVersion !== undefined || timeout !== undefined) {
    throw new UserError(
      '--id, --replace, --settings-version and --timeout need a machine that runs: start it with lambda-ec2 local up',
    );
  }
  const { input, remove } = await prepareInput(given);
  try {
    if (input.kind === 'object')
      throw new UserError(`${given}: a machine of its own has no S3: give a file or a folder`);
    const { localRun } = await import('../local/local-run');
    return await localRun({ app, input: input.file, ref, set, out: out ?? 'out', json });
  } finally {
    remove();
  }
}

/** A job that was started, as JSON. */
export function startedJson({ jobId, inputKey, inputVersion, templateVersion }: StartedJob) {
  return {
    job_id: jobId,
    input_key: inputKey,
    input_version: inputVersion || null,
    template_version: templateVersion ?? null,
  };
}
