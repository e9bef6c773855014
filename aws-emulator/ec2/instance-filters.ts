import type { FilterFields } from './filters';
import { stateAnswer } from './instance-answer';
import type { InstanceRecord } from './state';

/** The filters of DescribeInstances, without those of tags. What an instance gave back at its end matches nothing. */
export const INSTANCE_FILTERS = {
  'availability-zone': (i) => i.availabilityZone,
  'client-token': (i) => i.clientToken,
  'iam-instance-profile.arn': (i) => i.instanceProfileArn,
  'image-id': (i) => i.imageId,
  'instance-id': (i) => i.instanceId,
  'instance-lifecycle': (i) => (i.spot ? 'spot' : undefined),
  'instance-state-code': (i) => String(stateAnswer(i.state).Code),
  'instance-state-name': (i) => i.state,
  'instance-type': (i) => i.instanceType,
  'key-name': (i) => i.parameters.KeyName,
  'launch-index': (i) => String(i.launchIndex),
  'launch-time': (i) => i.launchTime.toISOString(),
  'owner-id': (i) => i.accountId,
  'private-dns-name': (i) => (i.state === 'terminated' ? undefined : i.privateDnsName),
  'private-ip-address': (i) => (i.state === 'terminated' ? undefined : i.privateIpAddress),
  reason: (i) => i.transitionReason,
  'reservation-id': (i) => i.reservationId,
  'spot-instance-request-id': (i) => i.spotInstanceRequestId,
  'state-reason-code': (i) => i.stateReason?.Code,
  'state-reason-message': (i) => i.stateReason?.Message,
  'subnet-id': (i) => (i.state === 'terminated' ? undefined : i.subnetId),
  'vpc-id': (i) => (i.state === 'terminated' ? undefined : i.vpcId),
} satisfies FilterFields<InstanceRecord>;
