import type { Status } from '../../contract/status';
import { UserError } from '../../contract/user-error';
import { interruptible } from '../shared/interrupt';
import { prepareOut } from '../shared/out-folder';
import { sizeOf } from './copy-object';
import { inputOf, sameSettings } from './earlier-run';
import { type FoundJob, findJob } from './find-job';
import { checkedId } from './input';
import { findJobSystem, type JobSystem } from './job-system';
import { jobVersion } from './job-version';
import { differences } from './rerun-differences';
import { rerunMissing } from './rerun-missing';
import type { RerunOptions } from './rerun-options';
import { refuseUnderWay, type StartedJob, startJob } from './start-job';
import { afterStart } from './submit';
import { untilStarted } from './until-started';
import { checkWaitOptions, DEFAULT_OUT } from './wait-for-job';

/** `rerun`: an input once more. Returns the exit status; of a job that is waited for its outcome. */
export async function rerun(word: string | undefined, options: RerunOptions): Promise<number> {
  checkWaitOptions(options);
  if (options.missing) return rerunMissing(word, options);
  if (word === undefined) throw new UserError('which job? Give its id, - for the newest, or --missing');
  if (options.as !== undefined) checkedId('--as', options.as);
  const system = await findJobSystem(options);
  const found = await findJob(system, word);
  return interruptible(async (interrupt) => {
    const { job } = await untilStarted(interrupt, async () => {
      return { system, job: await startAgain(system, found, options, interrupt) };
    });
    return afterStart(system, job, options, interrupt);
  });
}

async function startAgain(
  system: JobSystem,
  found: FoundJob,
  { same, exact, set, as, replace, quiet, wait, follow, out = DEFAULT_OUT }: RerunOptions,
  signal: AbortSignal,
): Promise<StartedJob> {
  const isSame = same === true || exact === true;
  const status = recordOf(found, isSame);
  const jobId = as ?? found.jobId;
  const input = inputOf(system, status, isSame);
  // Before anything is written for a run that cannot be.
  if (wait || follow) prepareOut(out, jobId);
  const earlier = await refuseUnderWay(system, { jobId, replace });
  const size = await sizeOf(system.s3, input);
  const say = (line: string) => {
    if (!quiet) process.stderr.write(`${line}\n`);
  };
  const templateVersion = isSame
    ? await sameVersion(system, jobId, status, set, say)
    : await jobVersion(system, jobId, { set });
  if (!isSame) for (const line of await differences(system, status, set)) say(line);
  signal.throwIfAborted();
  return startJob(system, { jobId, input: { ...input, size }, templateVersion, earlier, signal, quiet });
}

function recordOf({ jobId, status, earlier, submitted }: FoundJob, isSame: boolean): Status {
  const known = status ?? earlier;
  if (known) return known;
  if (isSame) throw new UserError(`${jobId} has no record, so there is nothing to be the same as: leave --same out`);
  return { job_id: jobId, state: 'WAITING', reason: null, message: '', attempt: 1, submitted: submitted ?? null };
}

const nameOf = (word: string) => word.split('=', 1)[0];

/** A version of its own, from the one of the earlier run. */
async function sameVersion(
  system: JobSystem,
  jobId: string,
  status: Status,
  set: string[],
  say: (line: string) => void,
): Promise<string | undefined> {
  const { version, words, open } = await sameSettings(system, status);
  say(
    `settings: version ${version}${set.length > 0 ? ` with ${set.join(' ')}` : ''}, input ${status.input_version ?? ''}`,
  );
  const commit = status.git_commit ? `commit ${status.git_commit.slice(0, 7)}` : 'the newest commit';
  say(
    `${commit}, ${status.packages?.length ?? 0} packages${open.length > 0 ? `; not known of that run: ${open.join(', ')}` : ''}`,
  );
  return jobVersion(system, jobId, {
    set: [...words.filter((word) => !set.some((other) => nameOf(other) === nameOf(word))), ...set],
    settingsVersion: version,
    note: `rerun: as the run of ${status.job_id} of ${status.submitted ?? status.started}`,
  });
}
