import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type OutputKeys, outputKeys } from '../../contract/keys';
import { UserError } from '../../contract/user-error';
import { readObject } from '../../lambda/shared/read-object';
import { transferBar } from '../shared/transfer-bar';
import type { JobStore } from './job-list';

/** The files of a job on this machine; absent ones are undefined. */
export type SavedFiles = { [Name in keyof OutputKeys]?: string };

/** The files that a job's outputs would be, as far as there are such already. Throws a UserError for no folder. */
export function filesInTheWay(jobId: string, dir: string): string[] {
  const there = statSync(dir, { throwIfNoEntry: false });
  if (there && !there.isDirectory()) throw new UserError(`${dir}: that is a file; give a folder`);
  return Object.values(outputKeys(jobId))
    .map((key) => path.join(dir, path.basename(key)))
    .filter((file) => existsSync(file));
}

/**
 * Puts what a job left into a folder, each file whole or not at all. What an earlier run left there under these names is
 * gone, as it is in S3.
 */
export async function saveOutputs(
  { s3, bucket }: JobStore,
  jobId: string,
  dir: string,
  { signal, quiet }: { signal?: AbortSignal; quiet?: boolean } = {},
): Promise<SavedFiles> {
  const files: SavedFiles = {};
  for (const [name, key] of Object.entries(outputKeys(jobId)) as [keyof OutputKeys, string][]) {
    signal?.throwIfAborted();
    const target = path.join(dir, path.basename(key));
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
  const part = `${target}.part`;
  try {
    await pipeline(body, counted, createWriteStream(part), { signal });
    renameSync(part, target);
  } finally {
    bar.stop();
    rmSync(part, { force: true });
  }
}
