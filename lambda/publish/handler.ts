import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Notify } from '../shared/notify';
import { sayError } from '../shared/say-error';
import {
  type Answerable,
  answer,
  type CustomResourceRequest,
  isCustomResourceRequest,
  parseRequest,
} from './custom-resource';
import type { PublishEnv } from './env';
import { publish, type TemplateWriter } from './publish';
import { deployOrRollBack } from './stack-status';

/** Everything the handler touches, handed in. */
export interface PublishDependencies extends Omit<TemplateWriter, 'templateId'> {
  env: PublishEnv;
  /** The AMI in this Region of a finished bake; undefined when the bake is not AVAILABLE any more. */
  imageOfBake(buildArn: string): Promise<string | undefined>;
  /** Starts the pipeline, once for each token, and does not wait for it. */
  startBake(clientToken: string): Promise<void>;
  /** The StackStatus of the stack (DescribeStacks). */
  stackStatus(stackId: string): Promise<string>;
  notify: Notify;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** An image of the pipeline has changed its state (EventBridge, source aws.imagebuilder). */
interface BakeEvent {
  resources: string[];
  detail: { state: { status: string } };
}

/** What is left of the function's time when the answer to CloudFormation must be on its way. */
const ANSWER_TIME = 20_000;
/** Between two tries of a deploy. A fresh role, for one, is refused for some seconds. */
const RETRY_PAUSE = 3_000;

/**
 * The publisher: keeps the one rule of decide.ts when a bake is finished, on a deploy, and every hour for what operators
 * did. Throws when it could not: Lambda then delivers the event twice more. A deploy is answered in any case.
 */
export function createPublishHandler(deps: PublishDependencies) {
  const writer: TemplateWriter = { ...deps, templateId: deps.env.templateId };
  return async (event: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    if (isCustomResourceRequest(event)) {
      const left = context?.getRemainingTimeInMillis() ?? 120_000;
      return handleRequest(deps, writer, event, Date.now() + left - ANSWER_TIME);
    }
    return isBakeEvent(event) ? handleBake(deps, writer, event) : mend(deps, writer);
  };
}

async function handleBake(deps: PublishDependencies, writer: TemplateWriter, event: BakeEvent): Promise<void> {
  const buildArn = event.resources.find((arn) => arn.startsWith(deps.env.imageArnPrefix));
  if (event.detail.state.status !== 'AVAILABLE' || !buildArn) return;
  const imageId = await deps.imageOfBake(buildArn);
  if (!imageId) return deps.logger.warn('a finished bake has no image here any more', { buildArn });
  const done = await publish(writer, { origin: 'bake', imageId }, { imageId, buildArn });
  deps.logger.info('published a bake', { buildArn, imageId, done });
}

async function mend(deps: PublishDependencies, writer: TemplateWriter): Promise<void> {
  const done = await publish(writer, { origin: 'operator' });
  if (done.length === 0) return;
  const text = `The default version of launch template ${deps.env.templateId} could not be launched, because its image does not exist. It was mended: ${done.join('; ')}.`;
  await deps.notify(`${deps.env.stackName}: mended the default version`, text);
}

/** Does what a deploy needs, again and again while there is time, and answers in any case. */
async function handleRequest(
  deps: PublishDependencies,
  writer: TemplateWriter,
  event: Answerable,
  deadline: number,
): Promise<void> {
  let failure: string | undefined;
  try {
    const request = parseRequest(event);
    failure = await untilDone(deps, () => followDeploy(deps, writer, request), deadline);
  } catch (error) {
    failure = sayError(error);
  }
  if (failure) deps.logger.error('a deploy could not be followed', { requestId: event.RequestId, failure });
  await answer(event, `${deps.env.stackName}-default-version`, failure);
}

async function followDeploy(
  deps: PublishDependencies,
  writer: TemplateWriter,
  request: CustomResourceRequest,
): Promise<void> {
  if (request.RequestType === 'Delete') return; // the template goes with the stack
  const incoming = deployOrRollBack(request, await deps.stackStatus(request.StackId));
  if (!incoming) return deps.logger.warn('nobody waits for this request any more', { requestId: request.RequestId });
  const done = await publish(writer, incoming);
  deps.logger.info('followed a deploy', { incoming, done });
  const oldRecipe = request.RequestType === 'Update' ? request.OldResourceProperties.RecipeArn : undefined;
  if (request.ResourceProperties.RecipeArn === oldRecipe) return;
  await deps.startBake(bakeToken(request));
  deps.logger.info('started a bake', { recipe: request.ResourceProperties.RecipeArn });
}

/** One bake for a request, however often it is delivered; Image Builder takes 36 characters. */
function bakeToken({ StackId, RequestId }: Answerable): string {
  return createHash('sha256')
    .update(JSON.stringify([StackId, RequestId]))
    .digest('hex')
    .slice(0, 36);
}

/** Repeats `work` until it succeeds or time is up; then the sentence that says why it did not. */
async function untilDone(
  deps: PublishDependencies,
  work: () => Promise<void>,
  deadline: number,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.max(0, deadline - Date.now()));
  });
  try {
    for (;;) {
      const problem = await Promise.race([late, work().then(() => undefined, sayError)]);
      if (problem === undefined) return undefined;
      if (problem === 'late') return 'lambda/publish was not done in time; see its log and deploy again';
      deps.logger.warn('could not follow a deploy yet', { problem });
      if (Date.now() + RETRY_PAUSE >= deadline) return `lambda/publish could not follow the deploy: ${problem}`;
      await deps.pause(RETRY_PAUSE);
    }
  } finally {
    clearTimeout(timer);
  }
}

function isBakeEvent(event: unknown): event is BakeEvent {
  const { resources, detail } = (event ?? {}) as Partial<BakeEvent>;
  return Array.isArray(resources) && typeof detail?.state?.status === 'string';
}
