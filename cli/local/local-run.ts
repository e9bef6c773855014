import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { inputKey, jobIdProblem } from '../../contract/keys';
import type { Settings } from '../../contract/settings';
import type { Status } from '../../contract/status';
import { UserError } from '../../contract/user-error';
import { LocalMachine } from '../../local/machine';
import { followLog } from '../jobs/follow-log';
import { saveOutputs } from '../jobs/save-outputs';
import { JobProgress } from '../shared/job-progress';
import { localApp, refuseSecrets } from '../shared/local-app';
import { localSettings } from '../shared/local-settings';
import { prepareOut } from '../shared/out-folder';
import { print } from '../shared/print';
import { checkRequirements } from '../shared/requirements';
import { bakedImage } from './baked-image';
import { inScratchFolder } from './in-scratch-folder';
import { formatReport } from './job-report';
import { warningsIn } from './log-lines';

/** Looking for a job on this machine costs nothing, and a short one takes less than half a second. */
const POLL_MS = 50;

export interface LocalRunOptions {
  /** The app; absent: that of the settings. */
  app?: string;
  input: string;
  ref?: string;
  set: string[];
  settings?: string;
  out: string;
  json?: boolean;
  quiet?: boolean;
}

/**
 * `local run`: one job from upload to outputs. Returns the exit status: 0 only if the job succeeded.
 *
 * @throws UserError for what the user can fix, before anything is started.
 */
export async function localRun(options: LocalRunOptions): Promise<number> {
  checkRequirements();
  const jobId = jobIdOf(options.input);
  const progress = new JobProgress(process.stderr, options.quiet);
  const interrupted = 'interrupted: the instance was ended and nothing was kept';
  const say = (line: string) => progress.line(line);
  return inScratchFolder({ interrupted, say }, async (signal) => {
    const app = options.app === undefined ? undefined : localApp(options.app, options.ref);
    if (app?.warning) progress.line(app.warning);
    const settings = localSettings({ file: options.settings, app, ref: options.ref, set: options.set });
    refuseSecrets(settings);
    prepareOut(options.out, jobId, options.input);
    const machine = await LocalMachine.start({ settings, signal });
    return onMachine(machine, settings, jobId, options, progress, signal).finally(() => machine.close());
  }).finally(() => progress.done());
}

async function onMachine(
  machine: LocalMachine,
  settings: Settings,
  jobId: string,
  { input, out, json, quiet }: LocalRunOptions,
  progress: JobProgress,
  interrupt: AbortSignal,
): Promise<number> {
  for (const warning of machine.warnings) progress.line(warning);
  const baked = bakedImage(settings);
  if (baked.warning) progress.line(baked.warning);
  if (baked.dir) await machine.functions.publish.baked(baked.dir);
  const signal = AbortSignal.any([interrupt, machine.failed]);
  signal.throwIfAborted();
  const status = await runJob(machine, jobId, input, progress, signal).catch((error) => {
    machine.failed.throwIfAborted();
    throw error;
  });
  const files = await saveOutputs(machine, jobId, out, { quiet });
  for (const warning of warningsIn(files.ec2Log)) progress.line(warning);
  progress.done();
  print(json ? status : formatReport(status, files));
  return status.state === 'SUCCEEDED' ? 0 : 1;
}

function jobIdOf(input: string): string {
  if (!existsSync(input) || !statSync(input).isFile()) {
    throw new UserError(`--input ${input}: there is no such file; give the zip file that the app shall read`);
  }
  if (!/\.zip$/i.test(input)) throw new UserError(`--input ${input}: an input is a .zip file; pack it as one`);
  const jobId = path.parse(input).name;
  const problem = jobIdProblem(jobId);
  if (problem) throw new UserError(`--input ${input}: ${problem}`);
  return jobId;
}

async function runJob(
  machine: LocalMachine,
  jobId: string,
  input: string,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<Status> {
  const inputVersion = await machine.upload(inputKey(jobId), input);
  progress.line(`uploaded ${input} as ${inputKey(jobId)}`);
  const onStatus = (seen: Status) => progress.update(seen);
  const system = { s3: machine.s3, bucket: machine.bucket, isLocal: true };
  const status = await followLog(system, jobId, { run: { inputVersion }, onStatus, signal, pollMs: POLL_MS });
  await machine.idle(signal);
  return status;
}
