import { Ec2Error } from './errors';
import { fixedId, isId } from './ids';
import type { SubnetRecord, World } from './world';

/**
 * The Region's default VPC: one subnet in each of three Availability Zones. Their ids depend on the Region alone, so a
 * deployment written against one local machine works on the next.
 */
export function defaultSubnets(region: string): SubnetRecord[] {
  return ['a', 'b', 'c'].map((letter, index) => ({
    id: fixedId('subnet', `${region}${letter}`),
    vpcId: fixedId('vpc', region),
    availabilityZone: `${region}${letter}`,
    cidrBlock: `172.31.${index * 16}.0/20`,
  }));
}

/**
 * @throws Ec2Error `InvalidSubnetID.NotFound`, also for an id that could not name a subnet:
 * EC2 makes no difference here
 */
export function findSubnet(world: World, subnetId: string): SubnetRecord {
  const found = world.subnets.find((subnet) => subnet.id === subnetId);
  if (found) return found;
  throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
}

/** An address inside the subnet's /20 that follows from the instance id; never one of the five that AWS keeps. */
export function privateAddress(subnet: SubnetRecord, instanceId: string): string {
  if (!isId('i', instanceId)) throw new Error(`not an instance id: ${instanceId}`);
  const host = Number.parseInt(instanceId.slice(-4), 16) % (4096 - 16);
  const thirdOctet = Number(subnet.cidrBlock.split('.')[2]) + Math.floor((host + 8) / 256);
  return `172.31.${thirdOctet}.${(host + 8) % 256}`;
}
