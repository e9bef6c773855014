import { print } from '../shared/print';
import { formatReport, reportOf } from './bake-report';
import { bakeResult } from './bake-result';
import { findBake } from './bakes';
import { type PipelineOptions, withPipeline } from './context';
import { readVersion } from './template-version';

/** `bake show`: one bake, the newest by default. Exit status 1 when it failed. */
export function showBake(id: string | undefined, options: PipelineOptions): Promise<number> {
  return withPipeline(options, async (context) => {
    const bake = await findBake(context, id);
    const report = await reportOf(context, bake, (imageId) => readVersion(context, imageId));
    print(options.json ? bakeResult(report) : formatReport(report));
    return bake.status === 'FAILED' ? 1 : 0;
  });
}
