import { EXIT, type ExitStatus } from '../../contract/user-error';
import { contextOf, NoSystem } from '../doctor/context';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { outputWidth } from '../shared/table';
import { formatStatus } from './format-status';
import { readSystem } from './read-status';

/** `status`: the system on one screen. Returns the exit status, which is about the look, not the system. */
export async function status(options: Globals): Promise<ExitStatus> {
  const found = await readSystem(contextOf(options)).catch((error) => {
    throw error instanceof NoSystem ? error.cause : error;
  });
  print(options.json ? found : formatStatus(found, Date.now(), outputWidth()));
  return EXIT.done;
}
