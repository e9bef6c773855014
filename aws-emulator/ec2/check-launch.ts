import { _InstanceType } from '@aws-sdk/client-ec2';
import { Ec2Error, invalidCombination, invalidParameterValue, missingParameter } from './errors';
import { findImage } from './images';
import { subnetOf } from './merge';
import type { ImageRecord, LaunchParameters } from './state';
import { findSubnet } from './subnets';
import { checkMetadataKeys, type Tags, tagsFor } from './tags';
import { checkUserData } from './user-data';
import type { SubnetRecord, World } from './world';

/** A launch that EC2 would accept, with what it refers to found. */
export interface CheckedLaunch {
  image: ImageRecord;
  subnet: SubnetRecord;
  instanceType: _InstanceType;
  /** Without the tags EC2 adds itself. */
  tags: Tags;
  count: number;
}

/** What EC2 takes when neither template nor request names a type. */
const DEFAULT_TYPE: _InstanceType = 'm1.small';
const INSTANCE_TYPES: ReadonlySet<string> = new Set(Object.values(_InstanceType));

/** @throws Ec2Error the first thing EC2 would object to in a launch, template and request merged */
export function checkLaunch(world: World, parameters: LaunchParameters): CheckedLaunch {
  if (parameters.ImageId === undefined || parameters.ImageId === '') throw missingParameter('ImageId');
  if ('InstanceRequirements' in parameters) {
    throw invalidCombination(
      "You can't specify InstanceRequirements in a launch template that is used with the RunInstances API",
    );
  }
  checkNetwork(parameters);
  const instanceType = checkType(parameters.InstanceType);
  const tags = checkTags(parameters);
  checkUserData(parameters.UserData);
  const count = checkCount(parameters);
  return {
    image: findImage(world, parameters.ImageId),
    subnet: chooseSubnet(world, parameters),
    instanceType,
    tags,
    count,
  };
}

/** With network interfaces, subnet and security groups belong to them (EC2 API reference, RunInstances). */
function checkNetwork(parameters: LaunchParameters): void {
  if (!parameters.NetworkInterfaces?.length) return;
  const beside = (what: string) =>
    invalidCombination(`Network interfaces and an instance-level ${what} may not be specified on the same request`);
  if (parameters.SubnetId) throw beside('subnet ID');
  if (parameters.SecurityGroupIds?.length || parameters.SecurityGroups?.length) throw beside('security groups');
}

function checkType(type: string | undefined): _InstanceType {
  const wanted = type ?? DEFAULT_TYPE;
  if (INSTANCE_TYPES.has(wanted)) return wanted as _InstanceType;
  throw invalidParameterValue(`Invalid value '${wanted}' for InstanceType.`);
}

function checkTags(parameters: LaunchParameters): Tags {
  const spotTags = parameters.TagSpecifications?.some((spec) => spec.ResourceType === 'spot-instances-request');
  if (spotTags && parameters.InstanceMarketOptions?.MarketType !== 'spot') {
    throw invalidCombination(
      'You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.',
    );
  }
  const tags = tagsFor(parameters.TagSpecifications, 'instance');
  if (parameters.MetadataOptions?.InstanceMetadataTags === 'enabled') checkMetadataKeys(tags);
  return tags;
}

function checkCount({ MinCount: min = 1, MaxCount: max = 1 }: LaunchParameters): number {
  if (min < 1 || max < min) {
    throw invalidParameterValue(
      `Invalid value '${max}' for maxCount. Must be at least minCount (${min}), which is at least 1`,
    );
  }
  return max;
}

/** The subnet asked for, else the default VPC's in the Availability Zone asked for, else its first. */
function chooseSubnet(world: World, parameters: LaunchParameters): SubnetRecord {
  const subnetId = subnetOf(parameters);
  if (subnetId) return findSubnet(world, subnetId);
  const zone = parameters.Placement?.AvailabilityZone;
  const found = world.subnets.find((subnet) => !zone || subnet.availabilityZone === zone);
  if (found) return found;
  if (zone) throw invalidParameterValue(`Invalid availability zone: [${zone}]`);
  throw new Ec2Error('VPCIdNotSpecified', 'No default VPC for this user');
}
