import type { Bakes } from './bakes';
import { publish, type TemplateWriter } from './publish';
import { existingImages } from './read-template';
import { isSameRecipe, recipeOfBuild } from './recipe';

/** What publishing a bake takes: the bakes, and the launch template. */
export interface BakePublisher extends TemplateWriter {
  bakes: Bakes;
}

/**
 * Publishes the AMI of a finished bake, and marks the bake as handled.
 *
 * A bake of a recipe that the pipeline has no more is passed over: it belongs to a deploy that was taken back, or to
 * the time before the deploy that has started a bake of its own. It is marked too, because Image Builder may give its
 * version to the next recipe. Throws the SDK's error; doing it again finishes what was left.
 */
export async function publishBake(publisher: BakePublisher, buildArn: string): Promise<void> {
  const { bakes, logger } = publisher;
  const bake = await bakes.finished(buildArn);
  if (!bake) return logger.warn('bake.skipped', { buildArn, why: 'it has no image here any more' });
  // A repeated event must not take back what an operator has done since.
  if (bake.handled) return logger.info('bake.skipped', { buildArn, why: 'it was handled before' });
  const { imageId, recipeArn } = bake;
  const currentRecipe = await bakes.currentRecipe();
  if (isSameRecipe(recipeArn, currentRecipe)) {
    const { done, later } = await publish(publisher, { origin: 'bake', imageId }, { imageId, buildArn });
    // Without a mark the schedule comes back to it.
    if (later) return logger.warn('bake.deferred', { buildArn, imageId });
    logger.info('bake.published', { buildArn, imageId, done });
  } else {
    logger.warn('bake.skipped', { buildArn, why: 'the pipeline has another recipe', recipeArn, currentRecipe });
  }
  await bakes.markHandled(buildArn);
}

/**
 * Publishes the newest bake of the pipeline's recipe whose AMI exists, should its event have been lost, or have come
 * when the bake suited no settings.
 *
 * The mark tells: without one the publisher never handled the bake. The launch template's versions could not, because
 * a default that an operator has moved back looks as if the newer image had never been published.
 */
export async function publishMissedBake(publisher: BakePublisher): Promise<void> {
  const { bakes, ec2, logger } = publisher;
  const recipe = await bakes.currentRecipe();
  const newestFirst = (await bakes.list())
    .filter(({ buildArn, status }) => status === 'AVAILABLE' && isSameRecipe(recipeOfBuild(buildArn), recipe))
    .map(({ buildArn }) => buildArn)
    .sort((a, b) => buildNumber(b) - buildNumber(a));
  for (const buildArn of newestFirst) {
    const bake = await bakes.finished(buildArn);
    if (!bake || (await existingImages(ec2, [bake.imageId])).size === 0) continue;
    if (bake.handled) return;
    logger.warn('bake.event_missed', { buildArn });
    return publishBake(publisher, buildArn);
  }
}

function buildNumber(buildArn: string): number {
  return Number(buildArn.slice(buildArn.lastIndexOf('/') + 1));
}
