import { randomUUID } from 'node:crypto';
import { CancelImageCreationCommand } from '@aws-sdk/client-imagebuilder';
import { UserError } from '../../contract/user-error';
import { print } from '../shared/print';
import { formatReport, reportOf } from './bake-report';
import { type Bake, findBake, isFinal, listBakes } from './bakes';
import { withPipeline } from './context';
import { readVersion } from './template-version';

export interface LookOptions {
  stack?: string;
  json?: boolean;
}

/** `bake list`: all bakes, newest first. */
export function listAll({ stack, json }: LookOptions): Promise<number> {
  return withPipeline(stack, async (context) => {
    const bakes = await listBakes(context);
    print(json ? bakes : bakes.map(line).join('') || `${context.stack} was never baked\n`);
    return 0;
  });
}

function line({ id, status, created, imageId = '' }: Bake): string {
  return `${`${id.padEnd(10)} ${created.slice(0, 16).padEnd(17)} ${status.padEnd(13)} ${imageId}`.trimEnd()}\n`;
}

/** `bake show`: one bake, the newest by default. Exit status 1 when it failed. */
export function show(id: string | undefined, { stack, json }: LookOptions): Promise<number> {
  return withPipeline(stack, async (context) => {
    const bake = await findBake(context, id);
    const report = await reportOf(context, bake, (imageId) => readVersion(context, imageId));
    print(json ? report : formatReport(report));
    return bake.status === 'FAILED' ? 1 : 0;
  });
}

/** `bake cancel`: ends a bake that is under way, the newest by default. */
export function cancel(id: string | undefined, { stack, json }: LookOptions): Promise<number> {
  return withPipeline(stack, async (context) => {
    const bake = await findBake(context, id);
    if (isFinal(bake)) throw new UserError(`the bake ${bake.id} has ended already: it is ${bake.status}`);
    const command = new CancelImageCreationCommand({ imageBuildVersionArn: bake.arn, clientToken: randomUUID() });
    await context.imagebuilder.send(command);
    const text = `the bake ${bake.id} is being cancelled; jobs go on with the image they had\n`;
    print(json ? { ...bake, cancelled: true } : text);
    return 0;
  });
}
