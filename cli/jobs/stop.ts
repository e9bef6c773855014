import { EC2Client } from '@aws-sdk/client-ec2';
import { EXIT, UserError } from '../../contract/user-error';
import { confirm } from '../shared/confirm';
import { mendable } from '../shared/failure';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { caller } from './caller';
import { findJob } from './find-job';
import { listJobs } from './job-list';
import { findJobSystem, type JobSystem } from './job-system';
import { type Stopped, stopJob } from './stop-job';

export interface StopOptions extends Globals {
  all?: boolean;
}

/** `stop`: ends jobs that wait or run. Returns the exit status: 0 when none of them goes on. */
export async function stop(words: string[], options: StopOptions): Promise<number> {
  if (options.all && words.length > 0) throw new UserError('--all means every job: leave the ids out');
  if (!options.all && words.length === 0) throw new UserError('which job? Give its id, - for the newest, or --all');
  const system = await findJobSystem(options);
  const ids = options.all ? await underWay(system) : await Promise.all(words.map((word) => idOf(system, word)));
  if (options.all && ids.length > 0 && !(await confirm(`Stop ${ids.join(', ')}?`, options))) {
    throw new UserError('nothing was stopped');
  }
  const results = await stopAll(system, [...new Set(ids)], options);
  const stopped = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (!options.json) print(stopped.map(lineOf).join(''));
  else if (!failed) print({ stopped: stopped.map(jsonOf) });
  if (failed) throw failure(failed.reason, stopped);
  if (stopped.length === 0 && !options.quiet) process.stderr.write('no job is under way\n');
  return EXIT.done;
}

const idOf = async (system: JobSystem, word: string) => (await findJob(system, word)).jobId;

async function underWay(system: JobSystem): Promise<string[]> {
  const { open } = await listJobs(system, { limit: 0 });
  return open.map(({ job_id }) => job_id);
}

/** More at a time than this, and EC2 throttles an account with many jobs. */
const AT_ONCE = 8;

/** What became of each: one that cannot be stopped keeps none of the others. */
async function stopAll(
  system: JobSystem,
  ids: string[],
  { quiet }: StopOptions,
): Promise<PromiseSettledResult<Stopped>[]> {
  if (ids.length === 0) return [];
  const ec2 = new EC2Client(system.client);
  try {
    const who = await caller(system);
    const onWait = (id: string) => {
      if (!quiet) process.stderr.write(`${id} has no record yet: waiting for it, or for its instance\n`);
    };
    const settled: PromiseSettledResult<Stopped>[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      settled.push(...(await Promise.allSettled(some.map((id) => stopJob(system, ec2, id, { who, onWait })))));
    }
    return settled;
  } finally {
    ec2.destroy();
  }
}

/** With those that were stopped, for whoever reads nothing but the error. */
function failure(reason: unknown, stopped: Stopped[]): unknown {
  const known = mendable(reason);
  if (!(known instanceof UserError) || stopped.length === 0) return known;
  return new UserError(`${known.message}; stopped: ${stopped.map(({ jobId }) => jobId).join(', ')}`, known.exitCode);
}

function lineOf({ jobId, isStopped, status, instances }: Stopped): string {
  const state = status.reason ?? status.state;
  const what = isStopped
    ? `${state}${instances.length > 0 ? `, ${instances.join(', ')} ends` : ''}`
    : `was ${state} already`;
  return `${jobId} ${what}\n`;
}

function jsonOf({ jobId, isStopped, status, instances }: Stopped) {
  return { job_id: jobId, stopped: isStopped, state: status.state, reason: status.reason ?? null, instances };
}
