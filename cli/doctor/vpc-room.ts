import { existsSync } from 'node:fs';
import { EC2Client, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import { loadSettings } from '../../contract/settings-load';
import { awsClient } from '../shared/aws-client';
import { quotaValue } from './quota';

/** "VPCs per Region" ("Amazon VPC quotas", Amazon VPC User Guide): 5 unless the account has asked for more. */
const VPCS = 'L-F678F1CE';

/**
 * Why the first deploy would fail, or has failed: there is no room for the VPC that the stack would make. Undefined when
 * there is, or when settings.yaml names one.
 */
export async function noRoomForVpc(settingsFile = 'settings.yaml'): Promise<string | undefined> {
  if (existsSync(settingsFile) && loadSettings(settingsFile).vpc_id) return undefined;
  const client = await awsClient();
  let count = 0;
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: new EC2Client(client) }, {})) count += Vpcs.length;
  const most = await quotaValue(client, 'vpc', VPCS);
  if (count < most) return undefined;
  return (
    `this Region has ${count} of the ${most} VPCs that the account may have, so the stack can make none: name one of ` +
    `yours in vpc_id and subnets, or ask for a higher quota ${VPCS} ("VPC") in the Service Quotas console`
  );
}
