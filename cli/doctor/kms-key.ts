import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Context } from './context';
import { customerKeys, volumeKeyOf } from './customer-keys';
import { type Finding, ok, problem, skipped } from './finding';

const PAGE = 'docs/operating.md, "Your own KMS key"';

/** Roles of AWS's services that use the key of volumes with nobody's permissions but the key policy's. */
const SERVICES = {
  imagebuilder: { role: 'AWSServiceRoleForImageBuilder', isByIam: true },
  spot: { role: 'AWSServiceRoleForEC2Spot', isByIam: false },
};

/** Whether the customer's keys can be used, and whether the services that use them have a role that may. */
export async function kmsKey(context: Context): Promise<Finding> {
  const version = await context.defaultVersion();
  const keys = customerKeys(version);
  if (keys.length === 0) return skipped('kms_key_arn: no key of your own is named');
  const { client } = await context.system();
  const kms = new KMSClient(client);
  for (const KeyId of keys) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState !== 'Enabled') {
      return problem(`the key ${KeyId} is ${KeyMetadata?.KeyState}`, `enable it in the KMS console: ${PAGE}`);
    }
  }
  const volumeKey = volumeKeyOf(version);
  const isSpot = version.data.InstanceMarketOptions?.MarketType === 'spot';
  const services = volumeKey ? (['imagebuilder', ...(isSpot ? (['spot'] as const) : [])] as const) : [];
  const iam = new IAMClient(client);
  for (const service of services) {
    const why = await roleProblem({ iam, kms, key: volumeKey ?? '' }, service);
    if (why) return why;
  }
  return ok(`${keys.join(' and ')}: enabled, and known to the services that use it`);
}

async function roleProblem(
  { iam, kms, key }: { iam: IAMClient; kms: KMSClient; key: string },
  service: keyof typeof SERVICES,
): Promise<Finding | undefined> {
  const { role: RoleName, isByIam } = SERVICES[service];
  try {
    await iam.send(new GetRoleCommand({ RoleName }));
  } catch (error) {
    if (!['NoSuchEntity', 'NoSuchEntityException'].includes((error as Error).name)) throw error;
    const make = `aws iam create-service-linked-role --aws-service-name ${service}.amazonaws.com`;
    return problem(`the account has no role ${RoleName}, which the key policy must name`, `${make}; then ${PAGE}`);
  }
  // A role that was deleted and made again is no longer named, and KMS shows an id in its place.
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: 'default' }));
  if (Policy.includes(`/${RoleName}"`) || (isByIam && Policy.includes(':root"'))) return undefined;
  return problem(`the policy of the key ${key} does not name ${RoleName}`, PAGE);
}
