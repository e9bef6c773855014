import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { jobIdProblem } from '../../contract/keys';
import { UserError } from '../../contract/user-error';
import { LocalMachine } from '../../local/machine';
import { JobProgress } from '../shared/job-progress';
import { localApp, refuseSecrets } from '../shared/local-app';
import { localSettings } from '../shared/local-settings';
import { prepareOut } from '../shared/out-folder';
import { checkRequirements } from '../shared/requirements';
import { inScratchFolder } from './in-scratch-folder';
import type { LocalJobOptions } from './local-job';
import { withOwnSecrets } from './local-secrets';

export interface LocalRunOptions extends LocalJobOptions {
  /** The app; absent: that of the settings. */
  app?: string;
  ref?: string;
  set: string[];
  settings?: string;
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
    const given = localSettings({ file: options.settings, app, ref: options.ref, set: options.set });
    refuseSecrets(given);
    const { settings, secrets, notes } = withOwnSecrets(given);
    for (const note of notes) progress.line(note);
    prepareOut(options.out, jobId, options.input);
    const machine = await LocalMachine.start({ settings, signal });
    // Loaded when the preparation of the image is under way: it brings the AWS SDK.
    const { localJob } = await import('./local-job');
    const job = async () => {
      if (Object.keys(secrets).length > 0) await (await import('./store-secrets')).storeSecrets(machine, secrets);
      return localJob(machine, settings, jobId, options, progress, signal);
    };
    return job().finally(() => machine.close());
  }).finally(() => progress.done());
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
