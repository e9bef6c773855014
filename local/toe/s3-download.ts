import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { pathIn } from './root';
import type { StepContext } from './step-context';

/**
 * Each file in its turn. The destination's folder must exist, and an existing file is replaced.
 *
 * @throws Error, one sentence, for what cannot be downloaded
 */
export async function s3Download(
  files: { source: string; destination: string }[],
  { root, fetchS3 }: StepContext,
): Promise<void> {
  for (const { source, destination } of files) {
    const target = pathIn(root, destination);
    if (!existsSync(path.dirname(target))) throw new Error(`the folder of ${target} does not exist`);
    copyFileSync(await fetchS3(source), target);
  }
}
