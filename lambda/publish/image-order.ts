import type { ImageInfo } from './template';

/** `arn:PARTITION:imagebuilder:REGION:ACCOUNT:image/NAME/MAJOR.MINOR.PATCH/BUILD`. */
const BUILD_ARN = /:image\/([^/]+)\/(\d+)\.(\d+)\.(\d+)\/(\d+)$/;

/**
 * Orders two AMIs by the bake they come from: below 0 when `a` is the older.
 *
 * Image build versions of one image count up with each start of a bake. The AMI's own creation date comes second,
 * because of two bakes that overlap the one started first may end last.
 */
export function compareImages(a: ImageInfo, b: ImageInfo): number {
  const left = buildOf(a);
  const right = buildOf(b);
  if (left && right && left.name === right.name) {
    for (const [index, part] of left.numbers.entries()) {
      const difference = part - (right.numbers[index] ?? 0);
      if (difference !== 0) return difference;
    }
  }
  return Date.parse(a.created) - Date.parse(b.created);
}

/** Whether an AMI is known to be one of Image Builder's. */
export function isBaked(image: ImageInfo): boolean {
  return buildOf(image) !== undefined;
}

function buildOf({ buildArn }: ImageInfo): { name: string; numbers: number[] } | undefined {
  const match = BUILD_ARN.exec(buildArn ?? '');
  return match ? { name: match[1] as string, numbers: match.slice(2).map(Number) } : undefined;
}
