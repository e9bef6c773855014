import { describeVersion, readDescription, type Writer } from './description';
import { compareImages, isBaked } from './image-order';
import { hasSettingsOf, lineage, settingsAuthor } from './lineage';
import { isSameRecipe, recipeOfBuild } from './recipe';
import { sameSettings } from './same-settings';
import {
  boots,
  defaultOf,
  hasImage,
  hasImageFor,
  type ImageInfo,
  imageNamed,
  latestOf,
  suits,
  type TemplateState,
  type TemplateVersion,
  versionNumbered,
} from './template';

/** What has happened to the launch template or its images. */
export type Incoming =
  /** An image of the pipeline became AVAILABLE. */
  | { origin: 'bake'; imageId: string }
  /** CloudFormation wrote `version`; `previous` was the latest version at the deploy before. */
  | { origin: 'deploy'; version: number; previous?: number }
  /** CloudFormation wrote `version` to take a failed deploy back, which had written `undoes`. */
  | { origin: 'rollback'; version: number; undoes: number }
  /** Somebody may have moved the default. */
  | { origin: 'operator' };

/** What the publisher does about it. `why` is for the log; `later`: the same event may find something to do later. */
export type Action =
  | { kind: 'none'; why: string; later?: true }
  | { kind: 'setDefault'; version: number; why: string }
  /** Copy `source`, with `imageId`, if any, in place of its AMI, and make the copy the default. */
  | { kind: 'createVersion'; source: number; imageId?: string; description: string };

/**
 * The one rule: the default version has the settings of whoever set them last and the AMI of the last good bake, and
 * can always be launched. Settings that no image there is suits (another architecture, another Python, other packages)
 * stand without one until the bake that their deploy has started: jobs wait for it, as they do for the first of all.
 *
 * Pure, and the same answer for a repeated event: what was done before is found in the versions themselves. What was
 * done only half (created, but not made default) is found too and finished. An operator's version counts once it is the
 * default; until then nobody but `template=N` uses it. What is repeated after an operator has rolled back counts as
 * new: the versions do not tell it from a later event. (Of a bake its mark does: see publish-bake.ts.)
 */
export function decide(template: TemplateState, incoming: Incoming): Action {
  switch (incoming.origin) {
    case 'bake':
      return bake(template, incoming.imageId);
    case 'deploy':
      return deploy(template, incoming.version, incoming.previous);
    case 'rollback':
      return rollBack(template, incoming.version, incoming.undoes);
    case 'operator':
      return repair(template);
  }
}

function bake(template: TemplateState, imageId: string): Action {
  const current = defaultOf(template);
  if (current.data.ImageId === imageId) return none(`version ${current.number} has the image ${imageId} already`);
  const image = template.images.get(imageId);
  if (!image) return none(`the image ${imageId} does not exist any more`);
  if (!boots(image, current.data)) {
    const why = `version ${current.number} has an instance type of another architecture than the image ${imageId}`;
    return { kind: 'none', why, later: true };
  }
  const present = imageNamed(template, current.data.ImageId);
  // Events come in any order. An image that an operator brought along is no bake, so it has no place in their order.
  if (present && boots(present, current.data) && isBaked(present) && compareImages(image, present) < 0) {
    return none(`version ${current.number} has a newer image (${present.id}) than ${imageId}`);
  }
  const ready = latest(template, (one) => one.data.ImageId === imageId && hasSettingsOf(one, current));
  if (ready)
    return { kind: 'setDefault', version: ready.number, why: `it is version ${current.number} with the new image` };
  const description = describeVersion({ writer: 'bake', settingsOf: current.number }, imageId);
  return { kind: 'createVersion', source: current.number, imageId, description };
}

/** `previous` is 0, the number of no version, when there was no deploy before. */
function deploy(template: TemplateState, latestNumber: number, previous = 0): Action {
  const current = defaultOf(template);
  const written = writtenByDeploy(template, latestNumber);
  if (!written) return none(`version ${latestNumber} does not exist any more`);
  const { number } = written;
  const before = writtenByDeploy(template, previous);
  if (before && before.number !== number && sameSettings(before.data, written.data)) {
    return none(`the deploy changed no setting: version ${number} is as version ${before.number} was`);
  }
  if (sameSettings(current.data, written.data) || isInEffect(template, number)) return repair(template);
  const author = settingsAuthor(template, current);
  if (author > number) return none(`the settings of version ${author} were written after version ${number}`);
  const imageSource = imageFor(template, written);
  // Without one a copy is written as well: CloudFormation's own version cannot tell what stood before.
  const imageId = imageSource?.data.ImageId;
  if (imageId && written.data.ImageId === imageId) {
    return { kind: 'setDefault', version: number, why: 'it has the current image' };
  }
  // A copy of the same content from elsewhere would not tell what stood before, which a roll-back has to know; nor
  // would one from before another try of this deploy, as the latest is believed.
  const half = latest(template, (one) => deployOf(one) === number);
  if (half && half.data.ImageId === imageId && readDescription(half.description)?.after === current.number) {
    return { kind: 'setDefault', version: half.number, why: 'it was written for this deploy before' };
  }
  const description = describeVersion({
    writer: 'deploy',
    settingsOf: number,
    imageOf: imageSource?.number,
    after: current.number,
  });
  return { kind: 'createVersion', source: number, imageId, description };
}

/**
 * CloudFormation takes a failed deploy back by writing its old template again, which knows nothing of an override.
 * So what stood before the deploy is restored, and nothing is done when the deploy never took effect.
 */
function rollBack(template: TemplateState, latestNumber: number, undoes: number): Action {
  const undone = writtenByDeploy(template, undoes)?.number ?? undoes;
  if (!isInEffect(template, undone))
    return none(`the settings of version ${undone} are not in effect: there is nothing to roll back`);
  // Not the one in effect: that may be from an earlier try, or Image Builder's copy of CloudFormation's, which tells
  // nothing.
  const followed = latest(template, (one) => deployOf(one) === undone);
  const before = followed && versionNumbered(template, readDescription(followed.description)?.after ?? 0);
  if (!before) return deploy(template, latestNumber);
  const why = `it stood before the deploy of version ${undone}`;
  return combine(template, before, imageAgain(template, before), why, 'rollback');
}

function repair(template: TemplateState): Action {
  const current = defaultOf(template);
  if (hasImage(template, current)) return none(`version ${current.number} can be launched`);
  const imageSource = newestImage(template, current);
  if (!imageSource) return none('there is no image yet');
  return combine(template, current, imageSource, `it is version ${current.number} with an image`, 'operator');
}

/** Makes the settings of one version and the AMI of another the default, by a version that is there already if any. */
function combine(
  template: TemplateState,
  settings: TemplateVersion,
  imageSource: TemplateVersion | undefined,
  why: string,
  writer: Writer,
): Action {
  if (!imageSource?.data.ImageId || settings.data.ImageId === imageSource.data.ImageId) {
    return { kind: 'setDefault', version: settings.number, why };
  }
  const imageId = imageSource.data.ImageId;
  const ready = latest(template, (one) => one.data.ImageId === imageId && hasSettingsOf(one, settings));
  if (ready) return { kind: 'setDefault', version: ready.number, why };
  const description = describeVersion({ writer, settingsOf: settings.number, imageOf: imageSource.number });
  return { kind: 'createVersion', source: settings.number, imageId, description };
}

/**
 * The version that CloudFormation wrote when the latest one was `number`: another writer may have added one before that
 * was read. CloudFormation's own has neither an AMI nor a description.
 */
function writtenByDeploy(template: TemplateState, number: number): TemplateVersion | undefined {
  const own = latest(template, (one) => one.number <= number && !one.data.ImageId && one.description === '');
  return own ?? versionNumbered(template, number);
}

/** The version whose AMI these settings get: the default's, or the newest that suits them when that does not. */
function imageFor(template: TemplateState, settings: TemplateVersion): TemplateVersion | undefined {
  const current = defaultOf(template);
  const isRight = hasImageFor(template, current.data.ImageId, (image) => suits(image, settings.data));
  return isRight ? current : newestImage(template, settings);
}

/** The version whose AMI the settings before a deploy get again. */
function imageAgain(template: TemplateState, before: TemplateVersion): TemplateVersion | undefined {
  const current = defaultOf(template);
  const isLaunchable = hasImage(template, current);
  if (isLaunchable && hasImageFor(template, current.data.ImageId, (image) => suits(image, before.data))) return current;
  // None that suits them was published while the deploy could use none of theirs: then the one that ran goes on, which
  // an operator may have chosen.
  const isApart = isLaunchable || !hasImageFor(template, before.data.ImageId, (image) => suits(image, current.data));
  return isApart && hasImage(template, before) ? before : newestImage(template, before);
}

/**
 * The latest version with the newest AMI that suits, never that of a bake that has failed or is under way. Those of the
 * pipeline's recipe come first, because another may be of a deploy that was taken back; last those that an operator
 * tries out.
 */
function newestImage(template: TemplateState, settings: TemplateVersion): TemplateVersion | undefined {
  const { pipeline } = template;
  const rank = (image: ImageInfo) => {
    if (!isBaked(image)) return 0;
    return pipeline && isSameRecipe(recipeOfBuild(image.buildArn), pipeline.recipeArn) ? 2 : 1;
  };
  const images = template.versions
    .flatMap(({ data }) => imageNamed(template, data.ImageId) ?? [])
    .filter((image) => suits(image, settings.data) && !pipeline?.notGood.has(image.buildArn ?? ''));
  const [newest] = images.sort((a, b) => rank(b) - rank(a) || compareImages(b, a));
  return newest && latest(template, (one) => one.data.ImageId === newest.id);
}

/** Whether the default's settings are those of a deploy, by who wrote it and not by how EC2 tells them. */
function isInEffect(template: TemplateState, deployed: number): boolean {
  return lineage(template, defaultOf(template)).some((one) => one.number === deployed || deployOf(one) === deployed);
}

/** The CloudFormation version that one of the publisher's versions was written for. */
function deployOf({ description }: TemplateVersion): number | undefined {
  const described = readDescription(description);
  return described?.writer === 'deploy' ? described.settingsOf : undefined;
}

function latest(template: TemplateState, wanted: (version: TemplateVersion) => boolean): TemplateVersion | undefined {
  return latestOf(template.versions.filter(wanted));
}

function none(why: string): Action {
  return { kind: 'none', why };
}
