import { createWriteStream, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { ZipFile } from 'yazl';
import { UserError } from '../../contract/user-error';

/**
 * Looks whether a file is a zip file that has something in it.
 *
 * @throws UserError that says what is wrong
 */
export async function checkZip(file: string): Promise<void> {
  const entries = await entryCount(file).catch((error: Error) => {
    throw new UserError(`${file}: it cannot be opened as a zip file (${error.message}): pack it anew`);
  });
  if (entries === 0) throw new UserError(`${file}: the zip file is empty: put the input into it`);
}

function entryCount(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // What the names in it are is between whoever packed it and the app.
    yauzl.open(file, { lazyEntries: true, autoClose: false, decodeStrings: false }, (error, zip) => {
      if (error) return reject(error);
      zip.once('entry', () => {
        zip.close();
        resolve(zip.entryCount);
      });
      zip.once('end', () => {
        zip.close();
        resolve(0);
      });
      zip.once('error', reject);
      zip.readEntry();
    });
  });
}

/**
 * Packs the files of a folder, hidden ones included, with names relative to it. A link to a file is packed as that file.
 *
 * @throws UserError for a folder without files, and for what cannot be packed; rejects on `signal`
 */
export async function zipFolder(folder: string, target: string, signal?: AbortSignal): Promise<void> {
  const files = filesBelow(folder);
  if (files.length === 0) throw new UserError(`${folder}: the folder is empty: put the input into it`);
  const zip = new ZipFile();
  for (const { name, file } of files) zip.addFile(file, name.split(path.sep).join('/'));
  zip.end();
  const failed = new Promise<never>((_, reject) => zip.once('error', reject));
  await Promise.race([pipeline(zip.outputStream, createWriteStream(target), { signal }), failed]);
}

/** Throws a UserError for anything but files and folders: an input without it would be another one. */
function filesBelow(folder: string): { name: string; file: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => {
      if (statSync(file, { throwIfNoEntry: false })?.isFile()) return { name: path.relative(folder, file), file };
      throw new UserError(`${file}: that leads to no file and cannot be packed: take it out of the folder`);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
