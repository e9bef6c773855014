import { Ec2Error } from './errors';
import { applyFilters } from './filters';
import { fixedId } from './ids';
import { page } from './pages';
import { findSubnet } from './subnets';
import type { Ec2Handler, SubnetRecord, World } from './world';

/** The range of a default VPC (Amazon VPC User Guide, "Default VPCs"). */
const DEFAULT_CIDR = '172.31.0.0/16';
/** Of a /20, without the five addresses that AWS keeps. */
const ADDRESSES = 4091;
const LIMITS = { min: 5, max: 1000 };
const NO_TAGS = () => ({});

/** The Region of this machine; no other can be asked. */
export const describeRegions: Ec2Handler<'DescribeRegions'> = ({ RegionNames, Filters }, { region }) => {
  const wanted = RegionNames?.length ? RegionNames : [region];
  const unknown = wanted.find((name) => name !== region);
  if (unknown) throw new Ec2Error('InvalidParameterValue', `Invalid region provided: there is only ${region} here`);
  const all = [{ RegionName: region, Endpoint: `ec2.${region}.amazonaws.com`, OptInStatus: 'opt-in-not-required' }];
  const fields = { 'region-name': (one: (typeof all)[number]) => one.RegionName };
  return { Regions: applyFilters(all, Filters, fields, NO_TAGS) };
};

/** One for each subnet of the default VPC. */
export const describeAvailabilityZones: Ec2Handler<'DescribeAvailabilityZones'> = (input, world) => {
  const { ZoneNames = [], Filters } = input;
  const zones = world.subnets.filter((one) => ZoneNames.length === 0 || ZoneNames.includes(one.availabilityZone));
  const fields = {
    'zone-name': (one: SubnetRecord) => one.availabilityZone,
    'region-name': () => world.region,
    state: () => 'available',
  };
  return {
    AvailabilityZones: applyFilters([...zones], Filters, fields, NO_TAGS).map(({ availabilityZone }) => ({
      ZoneName: availabilityZone,
      RegionName: world.region,
      State: 'available' as const,
      ZoneType: 'availability-zone',
      OptInStatus: 'opt-in-not-required' as const,
    })),
  };
};

/** @throws Ec2Error `InvalidSubnetID.NotFound` */
export const describeSubnets: Ec2Handler<'DescribeSubnets'> = (input, world) => {
  const named = input.SubnetIds?.length ? input.SubnetIds.map((id) => findSubnet(world, id)) : [...world.subnets];
  const fields = {
    'availability-zone': (one: SubnetRecord) => one.availabilityZone,
    'cidr-block': (one: SubnetRecord) => one.cidrBlock,
    'default-for-az': () => 'true',
    state: () => 'available',
    'subnet-id': (one: SubnetRecord) => one.id,
    'vpc-id': (one: SubnetRecord) => one.vpcId,
  };
  const { items, NextToken } = page(applyFilters(named, input.Filters, fields, NO_TAGS), ({ id }) => id, input, LIMITS);
  return { NextToken, Subnets: items.map((one) => subnetAnswer(world, one)) };
};

function subnetAnswer({ accountId }: World, { id, vpcId, availabilityZone, cidrBlock }: SubnetRecord) {
  return {
    SubnetId: id,
    VpcId: vpcId,
    AvailabilityZone: availabilityZone,
    CidrBlock: cidrBlock,
    AvailableIpAddressCount: ADDRESSES,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    OwnerId: accountId,
    State: 'available' as const,
  };
}

/** The default VPC. @throws Ec2Error `InvalidVpcID.NotFound` */
export const describeVpcs: Ec2Handler<'DescribeVpcs'> = (input, { region, accountId }) => {
  const vpc = {
    VpcId: fixedId('vpc', region),
    CidrBlock: DEFAULT_CIDR,
    IsDefault: true,
    OwnerId: accountId,
    State: 'available' as const,
  };
  const missing = input.VpcIds?.find((id) => id !== vpc.VpcId);
  if (missing) throw new Ec2Error('InvalidVpcID.NotFound', `The vpc ID '${missing}' does not exist`);
  const fields = {
    cidr: () => vpc.CidrBlock,
    'is-default': () => 'true',
    'owner-id': () => accountId,
    state: () => 'available',
    'vpc-id': () => vpc.VpcId,
  };
  return { Vpcs: applyFilters([vpc], input.Filters, fields, NO_TAGS) };
};
