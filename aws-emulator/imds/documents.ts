import { createHash } from 'node:crypto';
import type { ImdsInstance } from './instance';

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

/** The document of `iam/security-credentials/ROLE`: what every SDK's instance credential provider reads. */
export async function roleCredentials(role: NonNullable<ImdsInstance['role']>): Promise<object> {
  const credentials = await role.credentials();
  return {
    Code: 'Success',
    LastUpdated: wholeSeconds(new Date()),
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: wholeSeconds(credentials.expiration),
  };
}

/** The document of `iam/info`. */
export function profileInfo(instanceId: string, instanceProfileArn: string): object {
  const id = createHash('sha256')
    .update(`${instanceId} ${instanceProfileArn}`)
    .digest('hex')
    .slice(0, 17)
    .toUpperCase();
  return {
    Code: 'Success',
    LastUpdated: wholeSeconds(new Date()),
    InstanceProfileArn: instanceProfileArn,
    InstanceProfileId: `AIPA${id}`,
  };
}

/** IMDS writes times without fractions of a second; some clients parse nothing else. */
function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
