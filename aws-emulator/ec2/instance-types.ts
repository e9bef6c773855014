import { _InstanceType, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { Ec2Error } from './errors';
import { applyFilters } from './filters';
import { page } from './pages';
import type { Ec2Handler } from './world';

const ALL = Object.values(_InstanceType);
const SIZES: Readonly<Record<string, number>> = { large: 2, xlarge: 4 };
/** Old types and those for HPC, whose sizes mean something else (EC2 User Guide, "CPU options", tables of vCPUs). */
const OTHER_SIZES = /^(c1|c[cgr]\d|hpc\w+|hs1|m2)\.|^(c4|d2)\.8xlarge$/;

/**
 * Types by name, with the number of their vCPUs: `large` is 2, `xlarge` 4, `Nxlarge` 4 times N. Of a type for which that
 * rule does not hold there is no number.
 *
 * @throws Ec2Error `InvalidInstanceType` for a type that EC2 does not have
 */
export const describeInstanceTypes: Ec2Handler<'DescribeInstanceTypes'> = (input, _world) => {
  const unknown = input.InstanceTypes?.filter((type) => !ALL.includes(type)) ?? [];
  if (unknown.length > 0) {
    const which = unknown.join(', ');
    throw new Ec2Error('InvalidInstanceType', `The following supplied instance types do not exist: [${which}]`);
  }
  const named = input.InstanceTypes?.length ? input.InstanceTypes : ALL;
  const matching = applyFilters([...named], input.Filters, { 'instance-type': (type) => type }, () => ({}));
  const { items, NextToken } = page(matching, (type) => type, input, { min: 5, max: 100 });
  return { InstanceTypes: items.map(typeAnswer), NextToken };
};

function typeAnswer(InstanceType: _InstanceType): InstanceTypeInfo {
  const DefaultVCpus = vcpusOf(InstanceType);
  return { InstanceType, VCpuInfo: DefaultVCpus === undefined ? undefined : { DefaultVCpus } };
}

function vcpusOf(type: string): number | undefined {
  if (OTHER_SIZES.test(type)) return undefined;
  const size = type.split('.')[1] ?? '';
  const [, many] = /^(\d+)xlarge$/.exec(size) ?? [];
  return many === undefined ? SIZES[size] : Number(many) * 4;
}
