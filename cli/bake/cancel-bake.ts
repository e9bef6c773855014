import { randomUUID } from 'node:crypto';
import { CancelImageCreationCommand } from '@aws-sdk/client-imagebuilder';
import { UserError } from '../../contract/user-error';
import { print } from '../shared/print';
import { bakeResult } from './bake-result';
import { findBake, isFinal } from './bakes';
import { type PipelineOptions, withPipeline } from './context';

/** `bake cancel`: ends a bake that is under way, the newest by default. */
export function cancelBake(id: string | undefined, options: PipelineOptions): Promise<number> {
  return withPipeline(options, async (context) => {
    const bake = await findBake(context, id);
    if (isFinal(bake)) throw new UserError(`the bake ${bake.id} has ended already: it is ${bake.status}`);
    const command = new CancelImageCreationCommand({ imageBuildVersionArn: bake.arn, clientToken: randomUUID() });
    await context.imagebuilder.send(command);
    const text = `the bake ${bake.id} is being cancelled; jobs go on with the image they had\n`;
    print(options.json ? { ...bakeResult(bake), cancelled: true } : text);
    return 0;
  });
}
