import type { GroupIdentifier, Instance, InstanceStateName, Reservation } from '@aws-sdk/client-ec2';
import { architectureOf } from './images';
import type { InstanceRecord } from './state';
import { tagSet } from './tags';
import type { World } from './world';

/** The low byte of EC2's instance state code. */
const STATE_CODES: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** A state with its code (EC2 API Reference, InstanceState). */
export function stateAnswer(name: InstanceStateName): { Code: number; Name: InstanceStateName } {
  return { Code: STATE_CODES[name], Name: name };
}

/** @param instances of one reservation, at least one */
export function reservationAnswer(world: World, instances: InstanceRecord[]): Reservation {
  return {
    ReservationId: instances[0]?.reservationId,
    OwnerId: world.accountId,
    Groups: [],
    Instances: instances.map((instance) => instanceAnswer(world, instance)),
  };
}

function instanceAnswer(world: World, instance: InstanceRecord): Instance {
  const { parameters } = instance;
  const gone = instance.state === 'terminated';
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType,
    State: stateAnswer(instance.state),
    StateReason: instance.stateReason,
    StateTransitionReason: instance.transitionReason,
    LaunchTime: instance.launchTime,
    AmiLaunchIndex: instance.launchIndex,
    ClientToken: instance.clientToken ?? '',
    KeyName: parameters.KeyName,
    Placement: {
      AvailabilityZone: instance.availabilityZone,
      Tenancy: parameters.Placement?.Tenancy ?? 'default',
      GroupName: parameters.Placement?.GroupName ?? '',
    },
    // A terminated instance has given its network back.
    SubnetId: gone ? undefined : instance.subnetId,
    VpcId: gone ? undefined : instance.vpcId,
    PrivateIpAddress: gone ? undefined : instance.privateIpAddress,
    PrivateDnsName: gone ? '' : instance.privateDnsName,
    PublicDnsName: '',
    SecurityGroups: gone ? [] : securityGroups(instance),
    IamInstanceProfile: instance.instanceProfileArn ? { Arn: instance.instanceProfileArn } : undefined,
    InstanceLifecycle: instance.spot ? 'spot' : undefined,
    SpotInstanceRequestId: instance.spotInstanceRequestId,
    MetadataOptions: {
      State: 'applied',
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 1,
      HttpEndpoint: 'enabled',
      InstanceMetadataTags: 'disabled',
      ...parameters.MetadataOptions,
    },
    Architecture: architectureOf(world.state.images.get(instance.imageId) ?? {}),
    EbsOptimized: parameters.EbsOptimized ?? false,
    Monitoring: { State: parameters.Monitoring?.Enabled ? 'enabled' : 'disabled' },
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    Tags: tagSet(instance.tags),
  };
}

function securityGroups({ parameters }: InstanceRecord): GroupIdentifier[] {
  const ids = parameters.SecurityGroupIds ?? parameters.NetworkInterfaces?.flatMap((one) => one.Groups ?? []) ?? [];
  return [
    ...ids.map((GroupId) => ({ GroupId })),
    ...(parameters.SecurityGroups ?? []).map((GroupName) => ({ GroupName })),
  ];
}
