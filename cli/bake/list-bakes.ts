import type { BakeList } from '../json/bake-list';
import { print } from '../shared/print';
import { bakeResult } from './bake-result';
import { type Bake, listBakes } from './bakes';
import { type PipelineOptions, withPipeline } from './context';

/** `bake list`: all bakes, newest first. */
export function printBakes(options: PipelineOptions): Promise<number> {
  return withPipeline(options, async (context) => {
    const bakes = await listBakes(context);
    print(
      options.json
        ? (bakes.map(bakeResult) satisfies BakeList)
        : bakes.map(line).join('') || `${context.name} was never baked\n`,
    );
    return 0;
  });
}

function line({ id, status, created, imageId = '' }: Bake): string {
  return `${`${id.padEnd(10)} ${created.slice(0, 16).padEnd(17)} ${status.padEnd(13)} ${imageId}`.trimEnd()}\n`;
}
