import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { sentence } from '../bin/requirements';

/** What this machine lacks to run a job, as one sentence with what to do, or undefined when it has everything. */
export function missingRequirements(): string | undefined {
  return sentence('job') ?? temporaryFolderProblem();
}

/** Everything of a local job lies below the temporary folder. */
function temporaryFolderProblem(): string | undefined {
  try {
    accessSync(tmpdir(), constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return `the temporary folder ${tmpdir()} is not there or not writable: set TMPDIR to one that is`;
  }
}
