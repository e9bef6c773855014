import { EXIT, UserError } from '../../contract/user-error';
import { mendable } from '../shared/failure';
import { runningSystem } from '../shared/system';

/** So long whoever waits bears a network that is away. */
const LONGEST_MS = 10 * 60_000;

/** Goes on over what may pass, such as a network that is away while a laptop sleeps: a job takes hours. */
export class Patience {
  private lastAnswer = Date.now();

  constructor(
    private readonly system: { isLocal: boolean; options?: readonly string[] },
    private readonly longestMs = LONGEST_MS,
  ) {}

  /**
   * What `look` finds; undefined where AWS could not be asked, for as long as that may pass.
   *
   * @throws UserError when the machine of local up has ended; what `look` throws that does not pass, or not in time
   */
  async with<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      const found = await look();
      this.lastAnswer = Date.now();
      return found;
    } catch (error) {
      const known = mendable(error);
      const mayPass = known instanceof UserError && known.exitCode === EXIT.unknown;
      if (!mayPass) throw error;
      if (this.system.options?.includes('--local') && !runningSystem()) {
        throw new UserError('local up has ended, and its jobs with it', EXIT.failed);
      }
      if (this.system.isLocal || Date.now() - this.lastAnswer > this.longestMs) throw error;
      return undefined;
    }
  }
}
