import type { InstanceAttribute, InstanceAttributeName } from '@aws-sdk/client-ec2';
import { Ec2Error } from './errors';
import { findInstances } from './instances';
import type { InstanceRecord } from './state';
import type { Ec2Handler } from './world';

type Reader = (instance: InstanceRecord) => InstanceAttribute;

const READERS: { readonly [Name in InstanceAttributeName]?: Reader } = {
  // Without a value where the launch had none.
  userData: ({ userData }) => ({ UserData: { Value: userData?.toString('base64') } }),
  instanceInitiatedShutdownBehavior: ({ parameters }) => ({
    InstanceInitiatedShutdownBehavior: { Value: parameters.InstanceInitiatedShutdownBehavior ?? 'stop' },
  }),
  instanceType: ({ instanceType }) => ({ InstanceType: { Value: instanceType } }),
  disableApiTermination: ({ parameters }) => ({
    DisableApiTermination: { Value: parameters.DisableApiTermination ?? false },
  }),
  disableApiStop: ({ parameters }) => ({ DisableApiStop: { Value: parameters.DisableApiStop ?? false } }),
  ebsOptimized: ({ parameters }) => ({ EbsOptimized: { Value: parameters.EbsOptimized ?? false } }),
  rootDeviceName: () => ({ RootDeviceName: { Value: '/dev/xvda' } }),
};

/** @throws Ec2Error the errors of {@link findInstances}; `UnsupportedOperation` for an attribute that is not kept here */
export const describeInstanceAttribute: Ec2Handler<'DescribeInstanceAttribute'> = (
  { InstanceId, Attribute },
  world,
) => {
  const [instance] = findInstances(world, [InstanceId]);
  const read = READERS[Attribute];
  if (instance && read) return { InstanceId, ...read(instance) };
  throw new Ec2Error('UnsupportedOperation', `The attribute '${Attribute}' of instances is not implemented here`);
};
