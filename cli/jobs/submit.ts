import { EXIT, UserError } from '../../contract/user-error';
import { interruptible } from '../shared/interrupt';
import { rememberJobs } from '../shared/known-jobs';
import { prepareOut } from '../shared/out-folder';
import { print } from '../shared/print';
import { runningSystem } from '../shared/system';
import { prepareInput } from './input';
import { jobLine } from './job-line';
import { findJobSystem, type JobSystem } from './job-system';
import { jobVersion, type VersionOptions } from './job-version';
import { refuseUnderWay, type StartedJob, startJob } from './start-job';
import { type Started, untilStarted } from './until-started';
import { checkWaitOptions, DEFAULT_OUT, type WaitOptions, waitForJob } from './wait-for-job';

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
  return interruptible(async (interrupt) => {
    const { system, job } = await untilStarted(interrupt, () => start(given, options, interrupt));
    return afterStart(system, job, options, interrupt);
  });
}

async function start(given: string, options: SubmitOptions, signal: AbortSignal): Promise<Started> {
  const prepared = await prepareInput(given, options.id, signal);
  const { input, jobId } = prepared;
  try {
    const system = await findJobSystem(options);
    const { replace, quiet, out = DEFAULT_OUT } = options;
    if (options.wait || options.follow) prepareOut(out, jobId, input.kind === 'file' ? input.file : undefined);
    // Before a version is written for it.
    const earlier = await refuseUnderWay(system, { jobId, replace });
    const templateVersion = await jobVersion(system, jobId, options);
    signal.throwIfAborted();
    return { system, job: await startJob(system, { jobId, input, templateVersion, earlier, signal, quiet }) };
  } finally {
    prepared.remove();
  }
}

/** Says the id of a job that was started, and stays with it when that is asked for. Returns the exit status. */
export async function afterStart(
  system: JobSystem,
  job: StartedJob,
  options: WaitOptions,
  interrupt: AbortSignal,
): Promise<number> {
  const stays = options.wait || options.follow;
  rememberJobs(system, [job.jobId]);
  if (!options.json) print(`${job.jobId}\n`);
  else if (!stays) print(startedJson(job));
  if (stays) return waitForJob(system, job, options, interrupt);
  const lines = [jobLine(system, 'logs', job.jobId, '-f'), jobLine(system, 'show', job.jobId)];
  if (!options.quiet) process.stderr.write(`${lines.join('\n')}\n`);
  return EXIT.done;
}

/** Without a machine that runs, the job gets one of its own, which ends with it. */
async function runOnce(given: string, options: SubmitOptions): Promise<number> {
  const { id, replace, settingsVersion, timeout, detach, follow, out, set, ref, app, json, quiet } = options;
  if (id !== undefined || replace || settingsVersion !== undefined || timeout !== undefined || detach) {
    throw new UserError(
      '--id, --replace, --settings-version, --timeout and --detach need a machine that runs: start it with lambda-ec2 local up',
    );
  }
  const { input, remove } = await prepareInput(given);
  try {
    if (input.kind === 'object')
      throw new UserError(`${given}: a machine of its own has no S3: give a file or a folder`);
    const { localRun } = await import('../local/local-run');
    return await localRun({ app, input: input.file, ref, set, out: out ?? DEFAULT_OUT, follow, json, quiet });
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
