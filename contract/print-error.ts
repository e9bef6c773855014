import pc from 'picocolors';
import { type ExitStatus, UserError } from './user-error';

/** What the system refuses whoever may be at fault: rights, room, limits. A person can mend it. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

/** Paints an error and returns the exit status for it. The stack is shown only for a defect, or with DEBUG set. */
export function printError(error: unknown): ExitStatus {
  const known = isMendable(error);
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${pc.red('error:')} ${text}\n`);
  if (process.env.DEBUG || !known) process.stderr.write(framesOf(error));
  return error instanceof UserError ? error.exitCode : known ? 2 : 1;
}

function isMendable(error: unknown): boolean {
  if (error instanceof UserError) return true;
  return error instanceof Error && REFUSALS.has(String((error as NodeJS.ErrnoException).code));
}

/** Where an error came from, without its message, which a stack begins with. */
function framesOf(error: unknown): string {
  const lines = error instanceof Error ? error.stack?.split('\n') : undefined;
  const frames = lines?.filter((line) => /^\s+at /.test(line)).map((line) => `${line}\n`);
  return frames?.join('') ?? '';
}
