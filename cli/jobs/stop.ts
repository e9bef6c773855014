import { EC2Client } from '@aws-sdk/client-ec2';
import { EXIT, UserError } from '../../contract/user-error';
import { confirm } from '../shared/confirm';
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
  const stopped = await stopAll(system, [...new Set(ids)]);
  if (options.json) print({ stopped: stopped.map(jsonOf) });
  else print(stopped.map(lineOf).join(''));
  if (stopped.length === 0 && !options.quiet) process.stderr.write('no job is under way\n');
  return EXIT.done;
}

const idOf = async (system: JobSystem, word: string) => (await findJob(system, word)).jobId;

async function underWay(system: JobSystem): Promise<string[]> {
  const { open } = await listJobs(system, { limit: 0 });
  return open.map(({ job_id }) => job_id);
}

async function stopAll(system: JobSystem, ids: string[]): Promise<Stopped[]> {
  if (ids.length === 0) return [];
  const ec2 = new EC2Client(system.client);
  try {
    const who = await caller(system);
    const results = await Promise.allSettled(ids.map((id) => stopJob(system, ec2, id, who)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  } finally {
    ec2.destroy();
  }
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
