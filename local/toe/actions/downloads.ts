import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as pause } from 'node:timers/promises';
import type { ActionInputs } from '../../../imagebuilder/actions';
import { pathIn } from '../root';
import type { ActionContext, ActionResult } from './context';

const TRIES = 5;

/** Each file in its turn. The destination's folder must exist, and an existing file is replaced unless told otherwise. */
export async function s3Download(
  inputs: ActionInputs<'S3Download'>,
  { root, fetchS3 }: ActionContext,
): Promise<ActionResult> {
  for (const { source, destination, overwrite = true } of inputs) {
    const target = free(pathIn(root, destination), overwrite);
    if (target) fs.copyFileSync(await fetchS3(source), target);
  }
  return {};
}

/** Each file in its turn; five tries, only HTTP 200 counts, and the checksum must be right. */
export async function webDownload(
  inputs: ActionInputs<'WebDownload'>,
  { root, limitMs, signal, onLine }: ActionContext,
): Promise<ActionResult> {
  const limit = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])]);
  for (const { source, destination, overwrite = true, checksum, algorithm } of inputs) {
    const target = free(pathIn(root, destination), overwrite);
    if (!target) continue;
    await retried(() => download(source, target, limit), limit, onLine);
    const sum = createHash(algorithm).update(fs.readFileSync(target)).digest('hex');
    if (sum === checksum) continue;
    fs.rmSync(target);
    throw new Error(`${source} has the ${algorithm} sum ${sum}, wanted is ${checksum}`);
  }
  return {};
}

/** The target if it is to be written. */
function free(target: string, overwrite: boolean): string | undefined {
  if (fs.existsSync(target) && !overwrite) return undefined;
  if (!fs.existsSync(path.dirname(target))) throw new Error(`the folder of ${target} does not exist`);
  return target;
}

async function retried(
  attempt: () => Promise<void>,
  limit: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (limit.aborted || tries === TRIES) throw error;
      onLine(`try ${tries} of ${TRIES} failed: ${error instanceof Error ? error.message : error}`);
      await pause(tries * 100, undefined, { signal: limit });
    }
  }
}

async function download(source: string, target: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(source, { signal });
  if (answer.status !== 200 || !answer.body) throw new Error(`${source}: the answer was HTTP ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), fs.createWriteStream(target), { signal });
}
