import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { problemWith } from '../../bin/requirements';
import { UserError } from '../../contract/user-error';

/**
 * Looks whether this machine has what a local job needs.
 *
 * @throws UserError, one sentence with what is missing and what to do
 */
export function checkRequirements(): void {
  const problem = problemWith('job') ?? temporaryFolderProblem();
  if (problem) throw new UserError(problem);
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
