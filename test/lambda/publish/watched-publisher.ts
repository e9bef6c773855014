import { EC2Client } from '@aws-sdk/client-ec2';
import type { BakePublisher } from '../../../lambda/publish/publish-bake';
import { seenLogger } from '../seen-logger';
import { withSend } from '../with-send';
import type { Asked } from './stub-client';
import type { TemplateWorld } from './template-world';

/**
 * The publisher of a world, with what it asked EC2 for, logged and waited. `change` makes of the world's own answer to an
 * action what EC2 says instead.
 */
export function watchedPublisher(world: TemplateWorld, change: Record<string, (answer: object) => object> = {}) {
  const asked: Asked = [];
  const pauses: number[] = [];
  const ec2 = withSend(EC2Client, async (command: { constructor: { name: string }; input: object }) => {
    const action = command.constructor.name.replace('Command', '');
    asked.push([action, command.input]);
    const answer: object = await world.ec2.send(command as never);
    return change[action]?.(answer) ?? answer;
  });
  const { logger, events } = seenLogger();
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const publisher: BakePublisher = { ec2, templateId: world.templateId, bakes: world.bakes, logger, pause };
  /** The parameters of the requests for an action. */
  const inputs = (action: string) => asked.filter(([name]) => name === action).map(([, input]) => input);
  return { publisher, inputs, events, pauses };
}
