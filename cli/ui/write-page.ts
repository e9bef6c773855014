import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../contract/user-error';
import { confirm } from '../shared/confirm';
import { GENERATOR } from './page';

const HEAD_BYTES = 500;

/**
 * Sees to it that a page may be written there: where nothing is, or an earlier page of ours; else a person is asked.
 *
 * @throws UserError where no file can be, for a no, and where there is nobody to ask
 */
export async function refuseOther(file: string, { yes }: { yes?: boolean }): Promise<void> {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile()) {
    throw new UserError(`--html ${file}: that is no file; give one, or - for standard output`);
  }
  if (!existsSync(path.dirname(file))) {
    throw new UserError(`--html ${file}: there is no folder ${path.dirname(file)}; make it first`);
  }
  if (!there || isOurs(file)) return;
  const question = `${file} is there and is no page of this command. Write over it?`;
  if (!(await confirm(question, { yes }))) throw new UserError('nothing was written');
}

/** Writes a file whole or not at all. */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (error) {
    throw new UserError(`--html ${file}: it could not be written: ${(error as Error).message}`);
  } finally {
    rmSync(part, { force: true });
  }
}

function isOurs(file: string): boolean {
  const head = Buffer.alloc(HEAD_BYTES);
  const opened = openSync(file, 'r');
  try {
    return head.toString('utf8', 0, readSync(opened, head, 0, HEAD_BYTES, 0)).includes(GENERATOR);
  } finally {
    closeSync(opened);
  }
}
