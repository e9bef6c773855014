import { inputKey } from '../../contract/keys';
import type { Settings } from '../../contract/settings';
import type { Status } from '../../contract/status';
import type { LocalMachine } from '../../local/machine';
import { followLog } from '../jobs/follow-log';
import { followedLines } from '../jobs/log-output';
import { saveOutputs } from '../jobs/save-outputs';
import type { JobProgress } from '../shared/job-progress';
import { print, printLine } from '../shared/print';
import { bakedImage } from './baked-image';
import { formatReport } from './job-report';
import { warningsIn } from './log-lines';

/** Looking for a job on this machine costs nothing, and a short one takes less than half a second. */
const POLL_MS = 50;

export interface LocalJobOptions {
  /** The zip file. */
  input: string;
  /** Folder for what the job leaves behind. */
  out: string;
  /** Shows the lines of the log as well; with `json` an object a line, the status the last of them. */
  follow?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** Runs the job on a machine that has started, and prints what became of it. Returns the exit status. */
export async function localJob(
  machine: LocalMachine,
  settings: Settings,
  jobId: string,
  options: LocalJobOptions,
  progress: JobProgress,
  interrupt: AbortSignal,
): Promise<number> {
  for (const warning of machine.warnings) progress.line(warning);
  const baked = bakedImage(settings);
  if (baked.warning) progress.line(baked.warning);
  if (baked.dir) await machine.functions.publish.baked(baked.dir);
  const signal = AbortSignal.any([interrupt, machine.failed]);
  signal.throwIfAborted();
  const status = await runJob(machine, jobId, options, progress, signal).catch((error) => {
    machine.failed.throwIfAborted();
    throw error;
  });
  const { out, follow, json, quiet } = options;
  const files = await saveOutputs(machine, jobId, out, { quiet });
  for (const warning of warningsIn(files.ec2Log)) progress.line(warning);
  progress.done();
  if (json && follow) printLine(status);
  else print(json ? status : formatReport(status, files));
  return status.state === 'SUCCEEDED' ? 0 : 1;
}

async function runJob(
  machine: LocalMachine,
  jobId: string,
  { input, follow, json }: LocalJobOptions,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<Status> {
  const inputVersion = await machine.upload(inputKey(jobId), input);
  progress.line(`uploaded ${input} as ${inputKey(jobId)}`);
  const onStatus = (seen: Status) => progress.update(seen);
  const system = { s3: machine.s3, bucket: machine.bucket, isLocal: true };
  const write = follow ? followedLines(progress, json) : undefined;
  const status = await followLog(system, jobId, { run: { inputVersion }, write, onStatus, signal, pollMs: POLL_MS });
  await machine.idle(signal);
  return status;
}
