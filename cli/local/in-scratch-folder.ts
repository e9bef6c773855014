import { tmpdir } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../contract/user-error';
import { fullDisk, isDiskFull } from '../../local/full-disk';
import { scratchFolder } from '../../local/scratch-folder';
import { forgetAwsEnvironment } from '../shared/aws-environment';
import { interruptible } from '../shared/interrupt';

interface ScratchOptions {
  /** What an interrupt has meant, as a sentence. */
  interrupted: string;
  /** Tells a person of an interrupt that takes effect; on standard error when absent. */
  say?: (line: string) => void;
}

/**
 * Does the work of a local command with one folder for all that is temporary, which is gone afterwards however that
 * ends. `signal` is aborted by Ctrl-C, TERM or a closed terminal.
 *
 * @throws UserError when that made the work fail
 */
export function inScratchFolder<T>(
  { interrupted, say = (line) => process.stderr.write(`${line}\n`) }: ScratchOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const sayEnding = () => say('interrupted: what was started is ended now (once more to end at once)');
  return interruptible(async (interrupt) => {
    const place = tmpdir();
    const scratch = scratchFolder();
    forgetAwsEnvironment();
    try {
      return await work(interrupt);
    } catch (error) {
      // Ctrl-C reaches the programs that we run as well: their failure may be seen first.
      await nextTurn();
      if (interrupt.aborted) throw new UserError(interrupted, 130);
      if (!(error instanceof UserError) && isDiskFull(error, place)) throw new UserError(fullDisk(place));
      throw error;
    } finally {
      scratch.remove();
    }
  }, sayEnding);
}
