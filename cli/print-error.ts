import pc from 'picocolors';
import { SettingsError } from '../contract/settings-load';
import { UserError } from './user-error';

/** Paints an error and returns the exit status for it. The stack is shown only for a defect, or with DEBUG set. */
export function printError(error: unknown): number {
  const known = error instanceof UserError || error instanceof SettingsError;
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${pc.red('error:')} ${text}\n`);
  if (error instanceof Error && error.stack && (process.env.DEBUG || !known)) process.stderr.write(`${error.stack}\n`);
  return error instanceof UserError ? error.exitCode : known ? 2 : 1;
}
