import type { ImdsInstance } from './instance';
import { wholeSeconds } from './time';

/** The instance identity document. AWS CLI v2 reads its Region here. */
export function identityDocument(instance: ImdsInstance): object {
  return {
    accountId: instance.accountId,
    architecture: 'x86_64',
    availabilityZone: instance.availabilityZone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: instance.imageId,
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    kernelId: null,
    pendingTime: wholeSeconds(instance.launchTime),
    privateIp: instance.privateIpAddress,
    ramdiskId: null,
    region: instance.region,
    version: '2017-09-30',
  };
}
