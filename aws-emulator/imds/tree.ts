import { identityDocument, profileInfo, roleCredentials } from './documents';
import type { ImdsInstance } from './instance';

/** A leaf gives its content when asked, undefined when there is none just now; a folder gives its entries. */
export type Leaf = () => string | Buffer | undefined | Promise<string | Buffer>;
export interface Folder {
  [entry: string]: Leaf | Folder | undefined;
}

/** Everything below `/latest/` (EC2 user guide, "Instance metadata categories"), as far as a job machine reads it. */
export function metadataTree(instance: ImdsInstance): Folder {
  return {
    dynamic: { 'instance-identity': { document: () => json(identityDocument(instance)) } },
    'meta-data': metaData(instance),
    'user-data': instance.userData && (() => instance.userData),
  };
}

function metaData(instance: ImdsInstance): Folder {
  const { tags, role, spot } = instance;
  return {
    'ami-id': () => instance.imageId,
    'ami-launch-index': () => '0',
    hostname: () => instance.privateDnsName,
    iam: role && {
      info: () => json(profileInfo(instance.instanceId, role.instanceProfileArn)),
      'security-credentials': { [role.name]: async () => json(await roleCredentials(role)) },
    },
    'instance-action': () => 'none',
    'instance-id': () => instance.instanceId,
    'instance-life-cycle': () => (spot ? 'spot' : 'on-demand'),
    'instance-type': () => instance.instanceType,
    'local-hostname': () => instance.privateDnsName,
    'local-ipv4': () => instance.privateIpAddress,
    placement: {
      'availability-zone': () => instance.availabilityZone,
      region: () => instance.region,
    },
    services: { domain: () => 'amazonaws.com', partition: () => 'aws' },
    tags: tags && { instance: tagFolder(tags()) },
  };
}

function tagFolder(tags: Record<string, string>): Folder {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, () => value]));
}

function json(value: object): string {
  return JSON.stringify(value, null, 2);
}
