import type { ImageInfo } from './template';

/** `arn:PARTITION:imagebuilder:REGION:ACCOUNT:image/NAME/MAJOR.MINOR.PATCH/BUILD`. */
const BUILD_ARN = /:image\/([^/]+\/\d+\.\d+\.\d+)\/(\d+)$/;

/**
 * Orders two AMIs by the bake they come from: below 0 when `a` is the older.
 *
 * The builds of one version of the recipe count up with each start of a bake, which counts more than the creation date:
 * of two bakes that overlap, the one started first may end last. Across versions only the date tells, because a deploy
 * that is taken back returns to a lower version of the recipe.
 */
export function compareImages(a: ImageInfo, b: ImageInfo): number {
  const left = buildOf(a);
  const right = buildOf(b);
  if (left && right && left.version === right.version) return left.build - right.build;
  return Date.parse(a.created) - Date.parse(b.created);
}

/** Whether an AMI is known to be one of Image Builder's. */
export function isBaked(image: ImageInfo): image is ImageInfo & { buildArn: string } {
  return buildOf(image) !== undefined;
}

function buildOf({ buildArn }: ImageInfo): { version: string; build: number } | undefined {
  const match = buildArn?.match(BUILD_ARN);
  return match ? { version: match[1] as string, build: Number(match[2]) } : undefined;
}
