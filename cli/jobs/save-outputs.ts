import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type OutputKeys, outputKeys } from '../../contract/keys';
import { UserError } from '../../contract/user-error';
import { readObject } from '../../lambda/shared/read-object';
import type { Named } from '../shared/command-line';
import { fileNameOf, outputFiles } from '../shared/output-files';
import { transferBar } from '../shared/transfer-bar';
import { jobLine } from './job-line';
import type { JobStore } from './job-list';

/** The files of a job on this machine; absent ones are undefined. */
export type SavedFiles = { [Name in keyof OutputKeys]?: string };

/** The files that a job's outputs would be, as far as there are such already. Throws a UserError for no folder. */
export function filesInTheWay(jobId: string, dir: string): string[] {
  const there = statSync(dir, { throwIfNoEntry: false });
  if (there && !there.isDirectory()) throw new UserError(`${dir}: that is a file; give a folder`);
  return Object.values(outputFiles(jobId, dir)).filter((file) => existsSync(file));
}

/** What file systems take as the name of a file, in bytes. */
const MOST_NAME = 255;
const PART = '.part';

/** Throws a UserError when the last part of a job's id is too long for files that are named after it. */
function checkNames(jobId: string, options: readonly string[]): void {
  const names = Object.values(outputKeys(jobId)).map((key) => fileNameOf(key) + PART);
  const excess = Math.max(...names.map((name) => Buffer.byteLength(name))) - MOST_NAME;
  if (excess <= 0) return;
  const most = Buffer.byteLength(fileNameOf(jobId)) - excess;
  throw new UserError(
    `the outputs of ${jobId} cannot be files here: the last part of the id has more than ${most} bytes; run it under a shorter one (${jobLine({ options }, 'rerun', jobId, '--as', 'SHORTER')})`,
  );
}

/**
 * Puts what a job left into a folder, each file whole or not at all. What an earlier run left there under these names is
 * gone, as it is in S3. Throws a UserError for an id that is too long for a file.
 */
export async function saveOutputs(
  { s3, bucket, options = [] }: JobStore & Partial<Named>,
  jobId: string,
  dir: string,
  { signal, quiet }: { signal?: AbortSignal; quiet?: boolean } = {},
): Promise<SavedFiles> {
  checkNames(jobId, options);
  const files: SavedFiles = {};
  const targets = outputFiles(jobId, dir);
  for (const [name, key] of Object.entries(outputKeys(jobId)) as [keyof OutputKeys, string][]) {
    signal?.throwIfAborted();
    const target = targets[name];
    const object = await readObject(s3, { Bucket: bucket, Key: key });
    if (object?.Body) {
      mkdirSync(dir, { recursive: true });
      await save(object.Body as Readable, target, object.ContentLength ?? 0, { signal, quiet });
      files[name] = target;
    } else {
      rmSync(target, { force: true });
    }
  }
  return files;
}

async function save(
  body: Readable,
  target: string,
  size: number,
  { signal, quiet }: { signal?: AbortSignal; quiet?: boolean },
): Promise<void> {
  const bar = transferBar(`downloading ${path.basename(target)}`, size, quiet);
  let done = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, next) {
      done += chunk.length;
      bar.update(done);
      next(null, chunk);
    },
  });
  const part = target + PART;
  try {
    await pipeline(body, counted, createWriteStream(part), { signal });
    renameSync(part, target);
  } finally {
    bar.stop();
    rmSync(part, { force: true });
  }
}
