import { statfsSync } from 'node:fs';

/** With less than this nothing can be done any more. */
const LITTLE = 64 * 1024;

/** What a full disk says, or a quota of its user. Programs that we run, and clients of S3, only tell that something failed. */
export function isDiskFull(error: unknown, folder: string): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < LITTLE;
}

/** One sentence for a person. */
export function fullDisk(folder: string): string {
  return `no room is left in ${folder}, where everything temporary of this machine lies: make some, or set TMPDIR to a folder with more`;
}
