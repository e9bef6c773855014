import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { outputKeys } from '../../contract/keys';
import { UserError } from '../../contract/user-error';

/**
 * Makes the folder for what a job will leave, before there is a job.
 *
 * @throws UserError where a file of the user's would be lost or be in the way
 */
export function prepareOut(out: string, jobId: string, input?: string): void {
  const there = (file: string) => statSync(file, { throwIfNoEntry: false });
  if (there(out)?.isDirectory() === false) throw new UserError(`--out ${out}: that is a file; give a folder`);
  const given = input === undefined ? undefined : statSync(input);
  for (const key of Object.values(outputKeys(jobId))) {
    const target = path.join(out, path.basename(key));
    const old = there(target);
    // An output has its input's name.
    if (old && old.ino === given?.ino && old.dev === given.dev) {
      throw new UserError(`--out ${out}: the output would replace the input ${input}; give another folder`);
    }
    if (old?.isDirectory())
      throw new UserError(`--out ${out}: ${target} is a folder; take it away or give another one`);
  }
  mkdirSync(out, { recursive: true });
}
