import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { parseStatus } from '../../contract/status';
import { UserError } from '../../contract/user-error';
import { outputFiles } from './output-files';

/**
 * Makes the folder for what a job will leave, before there is a job.
 *
 * @throws UserError where a file of the user's would be lost or be in the way
 */
export function prepareOut(out: string, jobId: string, input?: string): void {
  const there = (file: string) => statSync(file, { throwIfNoEntry: false });
  if (there(out)?.isDirectory() === false) throw new UserError(`--out ${out}: that is a file; give a folder`);
  const given = input === undefined ? undefined : statSync(input);
  for (const target of Object.values(outputFiles(jobId, out))) {
    const old = there(target);
    // An output has its input's name.
    if (old && old.ino === given?.ino && old.dev === given.dev) {
      throw new UserError(`--out ${out}: the output would replace the input ${input}; give another folder`);
    }
    if (old?.isDirectory())
      throw new UserError(`--out ${out}: ${target} is a folder; take it away or give another one`);
    if (old && !isOfJob(out, jobId)) {
      throw new UserError(`--out ${out}: ${target} is there, and no run of ${jobId} left it; give another folder`);
    }
  }
  mkdirSync(out, { recursive: true });
}

/** Whether the files of that name in a folder are what an earlier run of the job left: its status tells. */
export function isOfJob(dir: string, jobId: string): boolean {
  try {
    const text = readFileSync(outputFiles(jobId, dir).status, 'utf8');
    return parseStatus(text)?.job_id === jobId;
  } catch {
    return false;
  }
}
