/** Each has twice the memory of the one before, in every family that has both. */
const SIZES = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge'];
/** Types that can grow further in small steps end here; which come next differs by family. */
const LAST = SIZES.length - 1;

/** The type with twice the memory: the next size of the same family. Undefined where that is not the same in every family. */
export function nextInstanceType(type: string): string | undefined {
  const [family = '', size = ''] = type.split('.');
  const at = SIZES.indexOf(size);
  // The families with burstable performance end with 2xlarge (https://aws.amazon.com/ec2/instance-types/).
  const last = /^t\d/.test(family) ? SIZES.indexOf('2xlarge') : LAST;
  return at >= 0 && at < last ? `${family}.${SIZES[at + 1]}` : undefined;
}
