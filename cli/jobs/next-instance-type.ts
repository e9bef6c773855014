/** Each has twice the memory of the one before, in every family that has both. */
const SIZES = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge'];
/** Types that can grow further in small steps end here; which come next differs by family. */
const LAST = SIZES.length - 1;
const LARGE = SIZES.indexOf('large');

/** The type with twice the memory: the next size of the same family. Undefined where that is not the same in every family. */
export function nextInstanceType(type: string): string | undefined {
  const [family = '', size = ''] = type.split('.');
  const at = SIZES.indexOf(size);
  // The families with burstable performance end with 2xlarge (https://aws.amazon.com/ec2/instance-types/).
  const last = /^t\d/.test(family) ? SIZES.indexOf('2xlarge') : LAST;
  return at >= 0 && at < last ? `${family}.${SIZES[at + 1]}` : undefined;
}

/**
 * The next smaller type, with half the memory: of the same family down to `large`, and from there the family with less
 * memory for the same vCPUs (r, m, c). Undefined where that is not the same for every type of the kind.
 */
export function smallerInstanceType(type: string): string | undefined {
  const [family = '', size = ''] = type.split('.');
  const at = SIZES.indexOf(size);
  if (/^t\d/.test(family)) return at > 0 ? `${family}.${SIZES[at - 1]}` : undefined;
  // The general families (https://aws.amazon.com/ec2/instance-types/). Others begin with larger sizes.
  const [, letter, rest] = /^([cmr])([5-8][aig]?)$/.exec(family) ?? [];
  if (letter === undefined || at < LARGE) return undefined;
  if (at > LARGE) return `${family}.${SIZES[at - 1]}`;
  return letter === 'c' ? undefined : `${letter === 'r' ? 'm' : 'c'}${rest}.${size}`;
}
