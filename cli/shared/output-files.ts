import path from 'node:path';
import { type OutputKeys, outputKeys } from '../../contract/keys';

/** What Windows has no files of: it takes what is behind a colon for another stream of the file before it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are among them
const NOT_ON_WINDOWS = /[<>:"|?*\\\u0000-\u001f]/g;
/** Names of devices, whatever their ending ("Naming Files, Paths, and Namespaces", Windows App Development). */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * The name of a file on this machine for what lies at a key: the last part of the key. On Windows a character that it does
 * not take is `-`, as the colons of a schedule's job; two ids may be one name then, which the status in a file tells apart.
 */
export function fileNameOf(key: string, platform: string = process.platform): string {
  const name = path.posix.basename(key);
  return platform === 'win32' ? name.replace(NOT_ON_WINDOWS, '-').replace(DEVICE, '$1_') : name;
}

/** The files in a folder that a job's outputs are downloaded to. */
export function outputFiles(jobId: string, dir: string): Record<keyof OutputKeys, string> {
  const files = Object.entries(outputKeys(jobId)).map(([name, key]) => [name, path.join(dir, fileNameOf(key))]);
  return Object.fromEntries(files) as Record<keyof OutputKeys, string>;
}
