import type { LaunchedInstance } from './host';
import type { InstanceRecord } from './state';

/** The instance as its host needs it. */
export function launchedInstance(
  record: InstanceRecord,
  account: { region: string; accountId: string },
): LaunchedInstance {
  const { parameters } = record;
  return {
    instanceId: record.id,
    imageId: record.imageId,
    imageRootDir: record.imageRootDir,
    instanceType: record.instanceType,
    region: account.region,
    accountId: account.accountId,
    availabilityZone: record.availabilityZone,
    subnetId: record.subnetId,
    privateIpAddress: record.privateIpAddress,
    privateDnsName: record.privateDnsName,
    launchTime: new Date(record.launchTime),
    userData: parameters.UserData ? Buffer.from(parameters.UserData, 'base64') : undefined,
    tags: { ...record.tags },
    tagsInMetadata: parameters.MetadataOptions?.InstanceMetadataTags === 'enabled',
    httpTokens: parameters.MetadataOptions?.HttpTokens === 'required' ? 'required' : 'optional',
    instanceProfileArn: instanceProfileArn(record, account.accountId),
    spot: parameters.InstanceMarketOptions?.MarketType === 'spot',
    launchTemplate: record.launchTemplate,
  };
}

/** A launch may name the instance profile; descriptions always hold the ARN. */
export function instanceProfileArn(record: InstanceRecord, accountId: string): string | undefined {
  const profile = record.parameters.IamInstanceProfile;
  return profile?.Arn ?? (profile?.Name ? `arn:aws:iam::${accountId}:instance-profile/${profile.Name}` : undefined);
}
