import type { PublishDependencies } from '../../../lambda/publish/handler';
import { seenLogger } from '../seen-logger';
import { IMAGES, PIPELINE, TOPIC } from './fixture';
import { TemplateWorld } from './template-world';

/** The publisher with AWS in memory, and what it did. */
export function stubPublisher() {
  const world = new TemplateWorld('s1');
  const seen = {
    /** The tokens of the bakes that it started. */
    started: [] as string[],
    notices: [] as { subject: string; text: string }[],
  };
  const { logger, events } = seenLogger();
  const deps: PublishDependencies = {
    env: {
      templateId: world.templateId,
      stackName: 'lambda-ec2',
      pipelineArn: PIPELINE,
      imageArnPrefix: IMAGES,
      topicArn: TOPIC,
      subnetIds: [],
      awsRegion: 'eu-west-1',
    },
    ec2: world.ec2,
    bakes: { ...world.bakes, start: async (token) => void seen.started.push(token) },
    stackStatus: async () => 'UPDATE_IN_PROGRESS',
    notify: async (subject, text) => void seen.notices.push({ subject, text }),
    logger,
    pause: async () => undefined,
  };
  return {
    ...seen,
    world,
    deps,
    /** Each as level and event. */
    get events(): string[] {
      return events.map(([event]) => event);
    },
  };
}
