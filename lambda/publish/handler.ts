import type { Context } from 'aws-lambda';
import { FAILED_BAKE_STATES } from '../../contract/bake-states';
import type { PublishEnv } from '../../contract/function-env';
import { type Answerable, answer, isCustomResourceRequest } from '../shared/answer-request';
import { errorMessage, loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import type { Notify } from '../shared/notify';
import { type Bakes, bakeToken } from './bakes';
import { cancelRunningBakes } from './cancel-running-bakes';
import { type DeployRequest, parseRequest } from './custom-resource';
import { tellFailedBake, tellMissedFailures } from './failed-bakes';
import { tellOldImage } from './old-image';
import { publish, type TemplateWriter } from './publish';
import { type BakePublisher, publishBake, publishMissedBake } from './publish-bake';
import { retryUntil } from './retry-until';
import { deployOrRollBack } from './stack-status';

/** Everything the handler touches, handed in. */
export interface PublishDependencies extends Omit<BakePublisher, 'templateId'> {
  env: PublishEnv;
  /** The StackStatus of the stack (DescribeStacks). */
  stackStatus(stackId: string): Promise<string>;
  notify: Notify;
  logger: EventLogger;
}

/** An image of the pipeline has changed its state (EventBridge, source aws.imagebuilder). */
interface BakeEvent {
  resources: string[];
  detail: { state: { status: string } };
}

/** What is left of the function's time when the answer to CloudFormation must be on its way. */
const ANSWER_TIME = 20_000;
/** How often the start of a bake is tried. */
const START_TRIES = 3;

/**
 * The publisher: keeps the one rule of decide.ts when a bake is finished, on a deploy, and every hour for lost events
 * and for what operators did; and tells people of bakes that failed and of an old image. Throws when it could not: Lambda then delivers the
 * event twice more. A deploy is answered in any case.
 */
export function createPublishHandler(deps: PublishDependencies) {
  const publisher: BakePublisher = { ...deps, templateId: deps.env.templateId };
  return async (event: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    if (isCustomResourceRequest(event)) {
      const left = context?.getRemainingTimeInMillis() ?? 120_000;
      return handleRequest(deps, publisher, event, Date.now() + left - ANSWER_TIME);
    }
    if (isBakeEvent(event)) return handleBake(deps, publisher, event);
    return runSchedule(deps);
  };
}

/** Each part is done although another fails, which is then thrown with the words of all. */
async function runSchedule(everyTime: PublishDependencies): Promise<void> {
  const deps = { ...everyTime, bakes: listedOnce(everyTime.bakes) };
  const publisher = { ...deps, templateId: deps.env.templateId };
  const parts = [
    () => publishMissedBake(publisher),
    () => repairDefault(deps, publisher),
    () => tellMissedFailures(deps),
  ];
  const errors: unknown[] = [];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new Error(errors.map(errorMessage).join('; '), { cause: errors[0] });
  // The last, because Lambda does all of a call that failed once more.
  await tellOldImage(deps);
}

/** These bakes, whose list is read at its first use: a pipeline can have pages of them. */
function listedOnce(bakes: Bakes): Bakes {
  let listed: ReturnType<Bakes['list']> | undefined;
  return {
    ...bakes,
    list() {
      listed ??= bakes.list();
      return listed;
    },
  };
}

async function handleBake(deps: PublishDependencies, publisher: BakePublisher, event: BakeEvent): Promise<void> {
  const buildArn = event.resources.find((arn) => arn.startsWith(deps.env.imageArnPrefix));
  const { status } = event.detail.state;
  if (buildArn === undefined) return;
  if (status === 'AVAILABLE') await publishBake(publisher, buildArn);
  else if (FAILED_BAKE_STATES.includes(status)) await tellFailedBake(deps, buildArn);
}

async function repairDefault(deps: PublishDependencies, writer: TemplateWriter): Promise<void> {
  const { done } = await publish(writer, { origin: 'operator' });
  if (done.length === 0) return;
  const text = `The default version of launch template ${deps.env.templateId} could not be launched, because its image does not exist or is of another architecture. It was mended: ${done.join('; ')}.`;
  await deps.notify(`${deps.env.stackName}: mended the default version`, text);
}

/** Does what a request needs, again and again while there is time, and answers in any case. */
async function handleRequest(
  deps: PublishDependencies,
  writer: TemplateWriter,
  event: Answerable,
  deadline: number,
): Promise<void> {
  let failure: { error: unknown; reason: string } | undefined;
  let notBaked: string | undefined;
  try {
    const request = parseRequest(event);
    if (request.RequestType === 'Delete') {
      const error = await retryUntil(deps, () => cancelRunningBakes(deps), { deadline, tries: START_TRIES });
      if (error) deps.logger.error('bake.cancel_failed', { error: loggedError(error) });
    } else {
      let needsBake = false;
      const follow = async () => {
        needsBake = await followDeploy(deps, writer, request);
      };
      const error = await retryUntil(deps, follow, { deadline });
      if (error) failure = { error, reason: `lambda/publish could not follow the deploy: ${errorMessage(error)}` };
      else if (needsBake) notBaked = await startBake(deps, request, deadline);
    }
  } catch (error) {
    failure = { error, reason: errorMessage(error) };
  }
  if (failure) {
    const { error } = failure;
    deps.logger.error('deploy.follow_failed', { requestId: event.RequestId, error: loggedError(error) });
  }
  await answer(event, `${deps.env.stackName}-default-version`, failure?.reason);
  // Only now, because CloudFormation waits for the answer and nobody for this.
  if (notBaked !== undefined) await notifyNotBaked(deps, notBaked);
}

/** Publishes what was deployed or taken back. True when the pipeline has another recipe since. */
async function followDeploy(
  deps: PublishDependencies,
  writer: TemplateWriter,
  request: DeployRequest,
): Promise<boolean> {
  const incoming = deployOrRollBack(request, await deps.stackStatus(request.StackId));
  if (!incoming) {
    deps.logger.warn('request.expired', { requestId: request.RequestId });
    return false;
  }
  const { done } = await publish(writer, incoming);
  deps.logger.info('deploy.followed', { incoming, done });
  const oldRecipe = request.RequestType === 'Update' ? request.OldResourceProperties.RecipeArn : undefined;
  return request.ResourceProperties.RecipeArn !== oldRecipe;
}

/**
 * Why the bake could not be started, if so: no reason to take a deploy back, because the image before it stays in use.
 */
async function startBake(deps: PublishDependencies, event: Answerable, deadline: number): Promise<string | undefined> {
  // One bake for a request, however often it is delivered.
  const token = bakeToken(JSON.stringify([event.StackId, event.RequestId]));
  const error = await retryUntil(deps, () => deps.bakes.start(token), { deadline, tries: START_TRIES });
  if (error) deps.logger.error('bake.start_failed', { error: loggedError(error) });
  else deps.logger.info('bake.started');
  return error && errorMessage(error);
}

async function notifyNotBaked({ env, notify, logger }: PublishDependencies, problem: string): Promise<void> {
  const text = `The deploy stands, but no bake was started: ${problem}; run \`lambda-ec2 bake\`.`;
  try {
    await notify(`${env.stackName}: no bake was started`, text);
  } catch (error) {
    logger.error('notification.failed', { error: loggedError(error) });
  }
}

function isBakeEvent(event: unknown): event is BakeEvent {
  const { resources, detail } = (event ?? {}) as Partial<BakeEvent>;
  return Array.isArray(resources) && typeof detail?.state?.status === 'string';
}
